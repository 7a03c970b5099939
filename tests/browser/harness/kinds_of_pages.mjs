// One page of every kind that the example site has: what holds on these, holds of the templates.

/** Pages below folders, each for what is on it. Those at the root are all taken. */
const DEEP = [
  "accounts/index.html", // a list in groups
  "devices/index.html", // a list with facets
  "devices/fw-hq-01.html", // a record with grids, settings, backlinks
  "devices/fw-01.html", // an old address, which leads on at once: tests that must not be led on take `still`
  "settings/fw-hq-01.html", // a long settings label
  "documents/fw-hq-01-config.html", // a file and its code
  "documents/hq-floor-plan.html", // a picture
  "networks/staff-hq.html", // addresses, and where the network runs
  "drawings/network.html", // a drawing with layers
  "procedures/new-domain-controller.html", // steps as records say them
  "procedures/ransomware-first-hour.html", // steps in Markdown
  "procedures/take-over-from-us.html", // prose and tables in Markdown
];

/**
 * Every page at the root of the site, and the deep ones above. Not the book, which is all of them in
 * one: checkers take minutes over it. paper.test.mjs has a small one.
 */
export function oneOfEach(site) {
  const root = site.pages.filter((page) => !page.includes("/") && !page.startsWith("book."));
  const lost = DEEP.filter((page) => !site.pages.includes(page));
  if (lost.length > 0) throw new Error(`the example site has no ${lost.join(", ")} any more`);
  return [...root, ...DEEP];
}
