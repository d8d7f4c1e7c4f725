// CQL to ELM with the reference translator as JavaScript: node translate.mjs library.cql library.elm.json
import { readFileSync, writeFileSync } from "node:fs";
import { SystemModelInfoProvider } from "@cqframework/cql/cql";
import * as elm from "@cqframework/cql/cql-to-elm";

const [from, to] = process.argv.slice(2);
const models = new elm.ModelManager();
models.modelInfoLoader.registerModelInfoProvider(new SystemModelInfoProvider()); // it is not there by itself

const noUnits = () => {
  throw new Error("these criteria have no units");
};
const units = elm.createUcumService(noUnits, noUnits, noUnits, noUnits);
const libraries = new elm.LibraryManager(models, elm.CqlCompilerOptions.defaultOptions(), null, units);
const translated = elm.CqlTranslator.fromText(readFileSync(from, "utf8"), libraries);
const errors = [...translated.errors.asJsReadonlyArrayView()].map((one) => one.message);
if (errors.length) throw new Error(errors.slice(0, 5).join("\n"));
writeFileSync(to, translated.toJson());
