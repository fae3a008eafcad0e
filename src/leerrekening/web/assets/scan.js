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

  function isOlder(form, answers) {
    return Boolean(answers) && Number(answers.turn) > Number(form.elements.turn.value);
  }

  function keep(form) {
    if (isOlder(form, kept())) return;
    var answers = {};
    FIELDS.forEach(function (name) { answers[name] = form.elements[name].value; });
    answers.typed = {};
    typed(form).forEach(function (each) { if (each.value) answers.typed[each.name] = each.value; });
    try {
      sessionStorage.setItem(KEY, JSON.stringify(answers));
    } catch (error) {
      return;
    }
  }

  function forget() {
    try {
      sessionStorage.clear();
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

  function typed(form) {
    return Array.prototype.filter.call(form.elements, function (each) {
      return each.type === "text";
    });
  }

  // What was typed but not sent comes back with the page. The memory of the browser for forms stays out of it: it
  // would offer these answers to the next person at this computer.
  function bringBack(form, answers) {
    typed(form).forEach(function (each) {
      var draft = answers && answers.turn === form.elements.turn.value && answers.typed && answers.typed[each.name];
      if (draft && !each.value) each.value = draft;
      each.setAttribute("autocomplete", each.getAttribute("autocomplete") || "off");
    });
  }

  function settle() {
    if (document.querySelector("[data-llr-wiped]")) return forget();
    var form = document.getElementById("scan-form");
    if (!form || !form.elements.turn) return;
    var answers = kept();
    bringBack(form, answers);
    if (isOlder(form, answers) && window.htmx) renew(form, answers);
    else keep(form);
  }

  window.addEventListener("pagehide", function () {
    var form = document.getElementById("scan-form");
    if (form && form.elements.turn) keep(form);
  });
  window.addEventListener("pageshow", settle);
  document.addEventListener("htmx:afterSettle", function (event) {
    var form = document.getElementById("scan-form");
    if (form && event.detail.elt && event.detail.elt.id === "scan") {
      bringBack(form, null);
      keep(form);
    }
  });
})();
