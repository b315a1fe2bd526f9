// Reads {firefox, scripts, pages: [{name, url, cookies}]} and writes a line of JSON for each page: what is wrong with it in Firefox.
import { readFileSync } from "node:fs";
import puppeteer from "puppeteer-core";

const { firefox, scripts, pages } = JSON.parse(readFileSync(0, "utf8"));
const source = scripts.map((path) => readFileSync(path, "utf8")).join(";\n");
const browser = await puppeteer.launch({ browser: "firefox", executablePath: firefox, headless: true });

for (const { name, url, cookies } of pages) {
  const context = await browser.createBrowserContext();
  await context.setCookie(...cookies);
  const page = await context.newPage();
  const wrong = [];
  page.on("pageerror", (error) => wrong.push(`uncaught: ${error.message}`));
  page.on("console", (message) => message.type() === "error" && wrong.push(`console: ${message.text()}`));
  await page.setViewport({ width: 1440, height: 900 });
  await page.goto(url, { waitUntil: "load" });
  await page.evaluate(source);
  wrong.push(...(await page.evaluate("judge.undrawn()")));
  wrong.push(...(await page.evaluate("judge.inaccessible()")));
  for (const width of [320, 390, 768, 1440]) {
    await page.setViewport({ width, height: 844 });
    wrong.push(...(await page.evaluate("judge.sideways()")));
  }
  console.log(JSON.stringify({ name, wrong }));
  await context.close();
}
await browser.close();
