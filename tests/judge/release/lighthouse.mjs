// Reads {port, pages: [{name, url, cookie}]} and writes a line of JSON for each page: its name, its scores of 100, what failed.
import { readFileSync } from "node:fs";
import lighthouse, { desktopConfig } from "lighthouse";

const { port, pages } = JSON.parse(readFileSync(0, "utf8"));
const onlyCategories = ["accessibility", "best-practices", "performance"];

// Lighthouse reads the document's encoding of the last answer with the page's address, which of a page that polls itself is
// none (304). The Nu checker knows the encoding too.
const UNREADABLE = ["charset"];

/** The score of a category: the mean of its audits by their weight, but those that could not be read. */
function scored({ auditRefs }, audits) {
  const counted = auditRefs.filter(({ id, weight }) => weight && audits[id].score !== null && !UNREADABLE.includes(id));
  const whole = counted.reduce((sum, { weight }) => sum + weight, 0);
  return Math.round((100 * counted.reduce((sum, { id, weight }) => sum + weight * audits[id].score, 0)) / whole);
}

/** The names of audits that failed, of those that count. */
function failures({ audits, categories }) {
  const counted = onlyCategories.flatMap((id) => categories[id].auditRefs).filter(({ id, weight }) => weight && !UNREADABLE.includes(id));
  return counted.map(({ id }) => audits[id])
    .filter(({ score, scoreDisplayMode }) => scoreDisplayMode === "error" || (score !== null && score < 0.9))
    .map(({ id, errorMessage }) => (errorMessage ? `${id}: ${errorMessage}` : id));
}

for (const { name, url, cookie } of pages) {
  const extraHeaders = cookie ? { Cookie: cookie } : {};
  const { lhr } = await lighthouse(url, { port, extraHeaders, logLevel: "error", onlyCategories }, desktopConfig);
  const scores = Object.fromEntries(Object.values(lhr.categories).map((each) => [each.id, scored(each, lhr.audits)]));
  console.log(JSON.stringify({ name, scores, failed: failures(lhr), error: lhr.runtimeError?.message ?? "" }));
}
