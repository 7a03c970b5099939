// What counts as well-formed HTML: all that html-validate recommends, but for what stands here with
// its reason.
export default {
  extends: ["html-validate:recommended"],
  rules: {
    // Both spellings mean the same; the short one is the theme's.
    "doctype-style": ["error", { style: "lowercase" }],
    // Ids may hold what the standard allows, such as the dot in `kind.devices`, by which no id of a
    // heading can be the same. Scripts find them by getElementById, where a dot means nothing.
    "valid-id": ["error", { relaxed: true }],
    // Numbers are kept in one line by the style sheet. A non-breaking space would be copied along, and
    // dialling programs stumble over it.
    "tel-non-breaking": "off",
    // The title says the record's own name, however long, and whose runbook it is, for those who have
    // twenty tabs open. A name cut short would be two records' name.
    "long-title": "off",
  },
};
