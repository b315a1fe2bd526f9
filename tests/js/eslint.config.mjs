// The rules of JavaScript in static/js and tests. `make check` runs them; an exception in a file does not count.
import js from "@eslint/js";
import globals from "globals";

// Scripts of walls run on TVs as old as their makers left them: ECMAScript 5, without `let`, arrows or classes.
const OLD = ["ages", "fit", "pace", "screen", "holding", "wall", "wall_page", "sound"].map((name) => `static/js/${name}.js`);
const OURS = { ages: "readonly", answers: "readonly", pace: "readonly", wallScreen: "readonly", wallPage: "readonly", wallSound: "readonly", htmx: "readonly", rows: "readonly" };

export default [
  { ignores: ["static/vendor/", "tests/vendor/"] },
  js.configs.recommended,
  {
    linterOptions: { noInlineConfig: true, reportUnusedDisableDirectives: "error" },
    rules: {
      eqeqeq: "error",
      "max-depth": ["error", 3],
      "max-lines": ["error", 250],
      "no-implicit-globals": "error",
      "no-use-before-define": ["error", { functions: false, variables: false }],
      "no-var": "error",
      "prefer-const": "error",
    },
  },
  { files: ["**/*.js"], languageOptions: { sourceType: "script", globals: { ...globals.browser, ...OURS } } },
  { files: ["static/**"], rules: { complexity: ["error", 12], strict: "error" } },
  { files: ["**/*.mjs"], languageOptions: { globals: globals.node } },
  {
    files: OLD,
    languageOptions: { ecmaVersion: 5, globals: { Promise: "readonly" } },
    rules: { "no-unused-vars": ["error", { caughtErrors: "none" }], "no-var": "off", "prefer-const": "off" },
  },
];
