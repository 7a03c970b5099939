/* The keys and the pointer in the dialog (ARIA Authoring Practices, "Combobox" and "Dialog"). */
(function () {
  "use strict";
  var box = window.clearjar.searchbox;

  box.keys = function (parts, options, enter) {
    var isOnTheWay = false;

    parts.input.addEventListener("input", function () { isOnTheWay = false; });
    parts.dialog.addEventListener("keydown", function (event) {
      if (event.isComposing) return;
      if (event.key === "Escape") close(event);
      else if (event.key === "Tab") goRound(event);
      else if (event.target === parts.input) steer(event);
    });
    parts.dialog.addEventListener("click", function (event) {
      var isOutside = event.target === parts.dialog;
      var link = event.target.closest("a");
      var isHere = link && !link.target && !event.ctrlKey && !event.metaKey && !event.shiftKey;
      if (isOutside || isHere || event.target.closest("button") === parts.close) parts.dialog.close();
    });

    function close(event) {
      event.preventDefault();
      parts.dialog.close();
    }

    function steer(event) {
      var isCommand = event.ctrlKey || event.metaKey;
      if (event.key === "Enter" && isCommand) {
        event.preventDefault();
        return enter(true);
      }
      var move = {
        ArrowDown: function () { options.step(1); },
        ArrowUp: function () { options.step(-1); },
        PageDown: function () { options.jump(1); },
        PageUp: function () { options.jump(-1); },
        // While one types, these two move within the text.
        Home: isOnTheWay && options.first,
        End: isOnTheWay && options.last
      }[event.key];
      if (!move || isCommand || event.altKey || event.shiftKey) return;
      event.preventDefault();
      isOnTheWay = true;
      move();
    }

    // Tab goes round within the dialog, and not on to the buttons of the browser.
    function goRound(event) {
      var stops = parts.dialog.querySelectorAll("input[name=q], button, :checked, .finder-notes a, .finder-foot a");
      stops = Array.from(stops).filter(function (stop) { return stop.checkVisibility({ visibilityProperty: true }); });
      var ends = [stops[0], stops[stops.length - 1]];
      if (document.activeElement !== ends[event.shiftKey ? 0 : 1]) return;
      event.preventDefault();
      ends[event.shiftKey ? 1 : 0].focus();
    }
  };
})();
