// Added by the demo to SimCord's page, which is made for tests, so that people find in it what they
// know from Discord. The selectors and words are those of SimCord's own scripts.

document.title = "Marquee, the demo";

// A chat, not a workbench: the list of messages starts closed, and what only tests need is hidden.
// Blank lines in an embed are kept.
const style = new CSSStyleSheet();
style.replaceSync(`
  #refresh, #capture-open { display: none; }
  .embed-card .markdown-paragraph + .markdown-paragraph { margin-top: 0.75em; }
`);
document.adoptedStyleSheets.push(style);
const messages = document.getElementById("messages-toggle");
if (messages.getAttribute("aria-expanded") === "true") messages.click();
messages.blur();

// Relative timestamps count. Drawn anew each second, a message would lose its buttons from under
// the mouse; so only the words are changed.
const words = new Intl.RelativeTimeFormat("en-US", { numeric: "auto" });
const relative = /^(now|in [\d,]+ \w+|[\d,]+ \w+ ago|yesterday|tomorrow|(this|last|next) \w+)$/;
const units = [["second", 1, 60], ["minute", 60, 3600], ["hour", 3600, 86400],
  ["day", 86400, 604800], ["week", 604800, Infinity]];
function count() {
  for (const time of document.querySelectorAll("time.discord-timestamp[datetime]")) {
    if (!relative.test(time.textContent)) continue;
    const seconds = (new Date(time.dateTime) - Date.now()) / 1000;
    const [unit, length] = units.find(([, , end]) => Math.abs(seconds) < end);
    const text = words.format(Math.round(seconds / length), unit);
    if (text !== time.textContent) time.textContent = text;
  }
}
setInterval(count, 250);

// Who reads the newest message is kept at the newest message.
const timeline = document.getElementById("channel-timeline");
let atEnd = true;
timeline.addEventListener("scroll", () => {
  atEnd = timeline.scrollHeight - timeline.scrollTop - timeline.clientHeight < 100;
}, { passive: true });
new MutationObserver(() => {
  count();
  if (atEnd) timeline.scrollTop = timeline.scrollHeight;
}).observe(timeline, { childList: true, subtree: true });

// An option offers its choices as soon as it is entered, not only once something is typed.
document.addEventListener("focusin", ({ target }) => {
  if (target.matches(".command-option-input[aria-autocomplete]") && !target.value) {
    target.dispatchEvent(new Event("input", { bubbles: true }));
  }
});
