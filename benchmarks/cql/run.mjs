// Judges patients by an ELM library: node run.mjs library.elm.json patients.ndjson verdicts.txt
// Writes a line per patient with a letter (y, n, u) per rule, and prints the seconds without reading, writing and warming up.
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";

const cql = createRequire(import.meta.url)("cql-execution");
const [from, facts, to] = process.argv.slice(2);
const library = new cql.Library(JSON.parse(readFileSync(from, "utf8")), new cql.Repository({}));
const patients = readFileSync(facts, "utf8").split("\n").filter(Boolean).map((line) => JSON.parse(line));
const nobody = { currentPatient() {}, nextPatient() {}, reset() {} }; // all facts come as one parameter
const day = cql.DateTime.fromJSDate(new Date("2026-11-22T00:00:00Z"), 0);

async function judge(some) {
  const found = [];
  for (const one of some) found.push((await new cql.Executor(library, null, { Facts: one }).exec(nobody, day)).unfilteredResults);
  return found;
}

await judge(patients.slice(0, 500));
const start = performance.now();
const found = await judge(patients);
const seconds = (performance.now() - start) / 1000;

const letter = (truth) => (truth === true ? "y" : truth === false ? "n" : "u");
const rules = Object.keys(found[0]).length;
const lines = found.map((one) => Array.from({ length: rules }, (_, rule) => letter(one[`rule ${rule}`])).join(""));
writeFileSync(to, lines.join("\n") + "\n");
console.log(JSON.stringify({ seconds, rules }));
