// The few things a page does by itself. Everything works without this file: it only saves steps.
(function () {
  "use strict";

  // After an answer that could not be read, the focus goes to the list of what to mend.
  function showErrors(root) {
    var summary = root.querySelector("[data-llr-errors]");
    if (!summary) return;
    summary.setAttribute("tabindex", "-1");
    summary.focus();
  }

  // A link in that list moves the focus into the field itself and shows its question, not only the box.
  document.addEventListener("click", function (event) {
    var link = event.target.closest && event.target.closest("[data-llr-errors] a[href^='#']");
    var field = link && document.getElementById(link.getAttribute("href").slice(1));
    if (!field) return;
    event.preventDefault();
    var legend = (field.closest("fieldset") || field.parentElement).querySelector("legend, label");
    (legend || field).scrollIntoView();
    field.focus({ preventScroll: true });
  });

  document.addEventListener("click", function (event) {
    if (event.target.closest && event.target.closest("[data-llr-print]")) window.print();
  });

  // After a partial swap the new heading gets the focus, so that a screen reader goes on from there.
  document.addEventListener("htmx:afterSettle", function (event) {
    var target = event.detail && event.detail.elt;
    if (!target || !target.querySelector) return;
    if (target.querySelector("[data-llr-errors]")) return showErrors(target);
    var heading = target.querySelector("[data-llr-focus]");
    if (heading) {
      heading.setAttribute("tabindex", "-1");
      heading.focus();
    }
  });

  document.addEventListener("DOMContentLoaded", function () {
    document.documentElement.classList.add("llr-js");
    showErrors(document);
  });
})();
