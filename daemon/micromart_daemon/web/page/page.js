// Runs before textual.js looks for its terminal, which it does when the page has loaded.
"use strict";
const scheme = location.protocol === "https:" ? "wss:" : "ws:";
document.getElementById("terminal").dataset.sessionWebsocketUrl = `${scheme}//${location.host}/ws`;
document.querySelector(".closed button").addEventListener("click", () => location.reload());

// Keys go to the terminal at once, and to the button of a page that has ended.
const focusWhatIsThere = () => {
  const wanted = document.body.classList.contains("-closed") ? ".closed button" : ".xterm-helper-textarea";
  document.querySelector(wanted)?.focus();
};
new MutationObserver(focusWhatIsThere).observe(document.body, { attributeFilter: ["class"] });
