/* Words for dates, as of now.
 *
 * The page says "in 41 days as of 15 Nov 2026", which stays true on paper and in an archive. On a
 * screen today counts, so the words are worked out again. Whole days of the reader's own calendar
 * are compared, so that "today" changes at midnight and not at some hour of another time zone. */
(function () {
  "use strict";

  document.addEventListener("DOMContentLoaded", function () {
    if (!window.Intl || !Intl.RelativeTimeFormat) return;
    var words = new Intl.RelativeTimeFormat(document.documentElement.lang || undefined, { numeric: "auto" });
    var now = new Date();
    var today = Date.UTC(now.getFullYear(), now.getMonth(), now.getDate());

    document.querySelectorAll("time[data-rel]").forEach(function (time) {
      var part = /^(\d{4})-(\d\d)-(\d\d)/.exec(time.getAttribute("datetime") || "");
      if (!part) return;
      var days = Math.round((Date.UTC(part[1], part[2] - 1, part[3]) - today) / 86400000);
      time.textContent = say(words, days);
      time.dataset.past = String(days < 0);
    });
  });

  function say(words, days) {
    var far = Math.abs(days);
    if (far < 60) return words.format(days, "day");
    if (far < 730) return words.format(Math.round(days / 30.436875), "month");
    return words.format(Math.trunc((days + Math.sign(days)) / 365.2425), "year");
  }
})();
