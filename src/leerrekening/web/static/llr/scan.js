// Keeps the newest answers of the quick scan at hand in this window, so that the browser's own Back button never
// shows an older page without them. They leave the window only in the form; closing the window forgets them.
(function () {
  "use strict";

  var KEY = "llr-scan";
  var FIELDS = ["document", "left_open", "turn"];

  function kept() {
    try {
      return JSON.parse(sessionStorage.getItem(KEY));
    } catch (error) {
      return null;
    }
  }

  function keep(form) {
    var answers = {};
    FIELDS.forEach(function (name) { answers[name] = form.elements[name].value; });
    try {
      sessionStorage.setItem(KEY, JSON.stringify(answers));
    } catch (error) {
      return;
    }
  }

  function forget() {
    try {
      sessionStorage.removeItem(KEY);
    } catch (error) {
      return;
    }
  }

  // An older page gets the newest answers: the server shows it again with those.
  function renew(form, answers) {
    var here = form.elements.here.value;
    var sent = { go: here ? "topic:" + here : "stay", here: "", trail: form.elements.trail.value };
    FIELDS.forEach(function (name) { sent[name] = answers[name]; });
    window.htmx.ajax("POST", form.getAttribute("action"), {
      source: form, target: "#scan", select: "#scan", swap: "outerHTML", values: sent
    });
  }

  function settle() {
    if (document.querySelector("[data-llr-wiped]")) return forget();
    var form = document.getElementById("scan-form");
    if (!form || !form.elements.turn) return;
    var answers = kept();
    if (answers && Number(answers.turn) > Number(form.elements.turn.value) && window.htmx) renew(form, answers);
    else keep(form);
  }

  window.addEventListener("pageshow", settle);
  document.addEventListener("htmx:afterSettle", function (event) {
    var form = document.getElementById("scan-form");
    if (form && event.detail.elt && event.detail.elt.id === "scan") keep(form);
  });
})();
