// What a reader of the scripts should not have to look for: names that are not there, code that is
// never reached, the wrong equals. How scripts look is not its business.
import js from "@eslint/js";
import globals from "globals";

const RULES = {
  ...js.configs.recommended.rules,
  eqeqeq: "error",
  "no-var": "off", // the theme's scripts also run in older browsers
  "no-empty": ["error", { allowEmptyCatch: true }], // the engine's comments say why, and its size counts
  // Escapes are bounds of ranges, which the rule takes for a letter and its accent.
  "no-misleading-character-class": ["error", { allowEscape: true }],
  "no-unused-vars": ["error", { caughtErrors: "none" }],
  "no-implicit-globals": "error",
};

export default [
  { ignores: ["**/static/age/age.js"] }, // made of libraries, by vendor.mjs
  { files: ["**/*.mjs"], languageOptions: { globals: { ...globals.node, ...globals.browser } }, rules: RULES },
  // Classic scripts, joined into one file: nothing of one is seen by another, nothing is a module.
  {
    files: ["**/themes/**/*.js", "**/src/serve/**/*.js"],
    languageOptions: { sourceType: "script", ecmaVersion: 2022, globals: { ...globals.browser, clearjar: "readonly" } },
    rules: { ...RULES, strict: ["error", "function"] },
  },
];
