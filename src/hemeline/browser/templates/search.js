"use strict";
// Looks through ENTRIES (entries.js): nothing leaves this machine.
(() => {
  const MOST = 60;
  const plain = words => words.toLowerCase().normalize("NFKD").replace(/[\u0300-\u036f\s_\-\u2010-\u2015'\u2019®™]+/g, "").replace(/aem/g, "em");
  const rows = ENTRIES.map(([title, kind, file, words]) => ({title, kind, file, words, name: plain(title), all: plain(title + " | " + words), each: words.split(" | ").map(plain)}));
  const box = document.getElementById("q"), list = document.getElementById("found"), count = document.getElementById("count");
  const rank = (row, asked, parts) => {
    if (!parts.every(part => row.all.includes(part))) return 0;
    if (row.name === asked || row.each.includes(asked)) return row.kind === "therapy" || row.kind === "disease" ? 6 : 5;
    if (row.name.startsWith(asked)) return 4;
    if (row.name.includes(asked)) return 3;
    return row.all.includes(asked) ? 2 : 1;
  };
  const why = (row, parts) => row.words.split(" | ").filter(word => word !== row.title && parts.some(part => plain(word).includes(part))).slice(0, 3).join(", ");
  const show = (row, parts) => {
    const item = document.createElement("li"), link = document.createElement("a"), kind = document.createElement("span"), more = document.createElement("span");
    link.href = row.file; link.textContent = row.title;
    kind.className = "kind"; kind.textContent = " " + row.kind;
    more.className = "more"; more.textContent = why(row, parts);
    item.append(link, kind, more);
    return item;
  };
  const search = () => {
    const asked = plain(box.value), parts = box.value.split(/\s+/).map(plain).filter(Boolean);
    const hits = parts.length ? rows.map(row => [rank(row, asked, parts), row]).filter(([score]) => score) : [];
    hits.sort(([a], [b]) => b - a);
    list.replaceChildren(...hits.slice(0, MOST).map(([, row]) => show(row, parts)));
    count.textContent = !parts.length ? "" : hits.length > MOST ? `${hits.length} entries, the first ${MOST} shown` : `${hits.length} ${hits.length === 1 ? "entry" : "entries"}`;
  };
  box.value = new URLSearchParams(location.search).get("q") || "";
  box.addEventListener("input", search);
  search();
})();
