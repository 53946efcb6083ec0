"use strict";
// Shows, for the number that a reader picks, what was read there and the relations it took part in. All text is set as
// text, never as markup: documents are hostile.
const read = (id) => JSON.parse(document.getElementById(id).textContent);
const data = read("data"), words = read("words"), root = document.documentElement;
const panel = document.getElementById("panel"), body = document.getElementById("panel-body");
let picked = null, returnTo = null;

const language = () => root.dataset.lang;
const word = (key) => words[language()][key] || key;
const make = (name, text, kind) => {
  const node = document.createElement(name);
  if (text !== undefined) node.textContent = text;
  if (kind) node.className = kind;
  return node;
};
const mark = (index) => document.getElementById("n" + index);

function relation(check) {
  const item = make("li", undefined, "relation " + check.o);
  const head = make("p");
  head.append(make("b", word("outcome_" + check.o), check.o), " " + check[language()] + " ", make("code", check.r));
  item.append(head);
  const row = make("p", undefined, "members");
  for (const index of check.n) {
    const link = make("a", data.numbers[index].t.trim(), index === picked ? "here" : "");
    link.href = "#n" + index;
    const first = data.numbers[index].d[0];
    if (first) link.title = first[language()].map(([name, value]) => name + " " + value).join("\n");
    row.append(link, " ");
  }
  item.append(row);
  if (check.w) item.append(make("p", check.w, "reason"));
  return item;
}

function draw() {
  const number = data.numbers[picked];
  document.getElementById("panel-title").textContent = number.t.trim();
  body.replaceChildren();
  if (!number.d.length) body.append(make("p", word("page_unbound")));
  for (const fact of number.d) {
    const list = make("dl");
    for (const [name, value] of fact[language()]) list.append(make("dt", name), make("dd", value));
    body.append(list);
  }
  if (data.checks) {
    body.append(make("h3", word("page_relations")));
    const list = make("ul", undefined, "relations");
    for (const index of number.c) list.append(relation(data.checks[index]));
    body.append(number.c.length ? list : make("p", word("page_unchecked")));
  }
}

function pick(index, from) {
  for (const old of document.querySelectorAll(".picked, .linked")) old.classList.remove("picked", "linked");
  picked = index;
  returnTo = from || mark(index);
  mark(index).classList.add("picked");
  for (const at of data.numbers[index].c || [])
    for (const other of data.checks[at].n) if (other !== index) mark(other).classList.add("linked");
  draw();
  panel.hidden = false;
  root.classList.add("open");
  const here = mark(index).getBoundingClientRect(), cover = panel.getBoundingClientRect();
  if (here.bottom > cover.top && here.right > cover.left) reveal(mark(index));
}

// Near the top: the panel covers the bottom.
const reveal = (target) => target.scrollIntoView({ block: "start", inline: "center" });

function close() {
  if (panel.hidden) return;
  const inside = panel.contains(document.activeElement);
  panel.hidden = true;
  root.classList.remove("open");
  for (const old of document.querySelectorAll(".picked, .linked")) old.classList.remove("picked", "linked");
  if (inside && returnTo) returnTo.focus();
}

function follow() {
  const target = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (target && target.dataset.n !== undefined) { pick(Number(target.dataset.n)); target.focus({ preventScroll: true }); }
  if (target) reveal(target);
}

document.addEventListener("click", (event) => {
  const number = event.target.closest("[data-n]");
  if (number) return pick(Number(number.dataset.n));
  const link = event.target.closest("a[href^='#']");
  if (link && link.hash === location.hash) { event.preventDefault(); follow(); }
});
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") return close();
  const number = event.target.closest && event.target.closest("[data-n]");
  if (!number || (event.key !== "Enter" && event.key !== " ")) return;
  event.preventDefault();
  pick(Number(number.dataset.n));
  panel.focus();
});
document.addEventListener("mouseover", (event) => {
  const number = event.target.closest("[data-n]");
  if (!number || number.title) return;
  const fact = data.numbers[Number(number.dataset.n)].d[0];
  number.title = fact ? fact[language()].map(([name, value]) => name + " " + value).join("\n") : word("page_unbound");
});
document.getElementById("close").addEventListener("click", close);
const button = document.getElementById("switch");
button.hidden = false;
button.addEventListener("click", () => {
  root.dataset.lang = language() === "zh" ? "en" : "zh";
  root.lang = language() === "zh" ? "zh-CN" : "en";
  for (const number of document.querySelectorAll("[data-n][title]")) number.removeAttribute("title");
  if (!panel.hidden) draw();
});
window.addEventListener("hashchange", follow);
if (location.hash) follow();
