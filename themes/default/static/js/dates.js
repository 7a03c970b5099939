/* Words for dates, as of now.
 *
 * The page says "in 41 days as of 15 Nov 2026", which stays true on paper and in an archive. On a
 * screen today counts, so the words are worked out again, and once more at midnight. Whole days of
 * the reader's own calendar are compared, so that "today" changes then and not at some hour of
 * another time zone. The date itself always stands beside the words. */
(function () {
  "use strict";
  var day = 86400000;

  document.addEventListener("DOMContentLoaded", function () {
    if (!window.Intl || !Intl.RelativeTimeFormat) return;
    var words = new Intl.RelativeTimeFormat(document.documentElement.lang || undefined, { numeric: "auto" });
    var times = Array.from(document.querySelectorAll("time[data-rel]"));
    var said = null;

    function update() {
      var now = new Date();
      var today = Date.UTC(now.getFullYear(), now.getMonth(), now.getDate());
      if (today === said) return;
      said = today;
      times.forEach(function (time) {
        var days = until(time, today);
        if (days === null) return;
        time.textContent = say(words, days);
        time.dataset.past = String(days < 0);
      });
      age(words, today);
      setTimeout(update, new Date(now.getFullYear(), now.getMonth(), now.getDate() + 1) - now + 1000);
    }

    update();
    // A computer that slept over midnight missed the hour.
    document.addEventListener("visibilitychange", update);
    window.addEventListener("pageshow", update);
  });

  // Days from today to a date of the page.
  function until(time, today) {
    var part = /^(\d{4})-(\d\d)-(\d\d)/.exec(time.getAttribute("datetime") || "");
    return part ? Math.round((Date.UTC(part[1], part[2] - 1, part[3]) - today) / day) : null;
  }

  // A copy from a drawer says how old it is.
  function age(words, today) {
    var note = document.querySelector("[data-aged]");
    var time = document.querySelector(".foot time");
    var days = note && time ? until(time, today) : null;
    if (days === null) return;
    note.hidden = -days <= Number(note.dataset.aged);
    note.dataset.words = note.dataset.words || note.textContent;
    note.textContent = note.dataset.words.replace("{day}", time.textContent).replace("{ago}", say(words, days));
  }

  function say(words, days) {
    var far = Math.abs(days);
    if (far < 60) return words.format(days, "day");
    if (far < 730) return words.format(Math.round(days / 30.436875), "month");
    return words.format(Math.trunc((days + Math.sign(days)) / 365.2425), "year");
  }
})();
