/* The list under the dialog's field: groups of options, one of which is active.
 *
 * The focus stays in the field (ARIA Authoring Practices, "Combobox"); which option is active is told
 * by aria-activedescendant. An option is a plain link, so that it can be opened in whatever way
 * links can. */
(function () {
  "use strict";
  var box = window.clearjar.searchbox;

  box.options = function (input, list) {
    var active = -1;
    var isHeld = false;
    var waiting = null;

    // Hits do not change under a finger that is coming down on one.
    list.addEventListener("pointerdown", function () { isHeld = true; });
    ["pointerup", "pointercancel"].forEach(function (type) {
      window.addEventListener(type, function () {
        if (isHeld) setTimeout(release, 0);
      });
    });
    // A pointer that rests while the list changes below it chooses nothing.
    list.addEventListener("pointermove", function (event) {
      var option = event.target.closest('[role="option"]');
      if (option && event.pointerType === "mouse") activate(all().indexOf(option), true);
    });

    function release() {
      isHeld = false;
      if (waiting) show.apply(null, waiting);
    }

    function all() {
      return Array.from(list.querySelectorAll('[role="option"]'));
    }

    // Puts groups, each a heading with links, in place of what was there.
    function show(groups, first) {
      waiting = isHeld ? [groups, first] : null;
      if (isHeld) return;
      list.replaceChildren.apply(list, groups.map(group));
      list.scrollTop = 0;
      all().forEach(function (option, i) { option.id = list.id + "-" + i; });
      input.setAttribute("aria-expanded", String(all().length > 0));
      activate(all().length ? first : -1);
    }

    function activate(place, isByPointer) {
      var options = all();
      if (options[active]) options[active].setAttribute("aria-selected", "false");
      active = options[place] ? place : -1;
      if (active < 0) return input.removeAttribute("aria-activedescendant");
      options[active].setAttribute("aria-selected", "true");
      input.setAttribute("aria-activedescendant", options[active].id);
      if (!isByPointer) reveal(options[active]);
    }

    // The first of a group is shown with its heading.
    function reveal(option) {
      var isFirst = option === option.parentNode.querySelector('[role="option"]');
      if (isFirst) option.parentNode.firstChild.scrollIntoView({ block: "nearest" });
      option.scrollIntoView({ block: "nearest" });
    }

    return {
      show: show,
      active: function () { return all()[active] || null; },
      // Moves by so many options, round the ends of the list.
      step: function (by) {
        var count = all().length;
        if (count) activate(active < 0 && by < 0 ? count - 1 : (active + by + count) % count);
      },
      first: function () { activate(0); },
      last: function () { activate(all().length - 1); },
      // Moves to the first option of the next group, or of this or the one before.
      jump: function (by) {
        var options = all();
        var starts = Array.from(list.children).map(function (group) {
          return options.indexOf(group.querySelector('[role="option"]'));
        });
        var there = by > 0
          ? starts.find(function (start) { return start > active; })
          : starts.reverse().find(function (start) { return start < active; });
        if (there !== undefined) activate(there);
      }
    };
  };

  // A heading with its links; the links become options.
  function group(shown, number) {
    var heading = box.make("p", { id: "finder-group-" + number }, shown.heading);
    shown.links.forEach(function (link) {
      link.setAttribute("role", "option");
      link.setAttribute("aria-selected", "false");
      link.tabIndex = -1;
    });
    return box.make("div", { role: "group", "aria-labelledby": heading.id }, [heading].concat(shown.links));
  }
})();
