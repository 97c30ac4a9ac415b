// The table of students: sorts, filters and turns pages over data that stands in the page.
// Every text from it goes into the page as text, never as markup.
(() => {
  "use strict";
  const PAGE = 100;
  const [NAME, ID, SECTION, LINK, FLAGS, WORD, TOTAL, FINALS, MISTAKES] = [0, 1, 2, 3, 4, 5, 6, 7, 8];
  const data = JSON.parse(document.getElementById("data").textContent);
  const { rows, words, flags } = data;
  const byId = (id) => document.getElementById(id);
  const body = byId("rows"), find = byId("find"), show = byId("show"), range = byId("range");
  const heads = [...document.querySelectorAll(".sortable th[data-key]")];
  const buttons = Object.fromEntries(
    [...document.querySelectorAll("[data-page]")].map((button) => [button.dataset.page, button]));
  const sections = heads.some((head) => head.dataset.key === "section");
  const collator = new Intl.Collator(document.documentElement.lang, { numeric: true });
  const haystacks = rows.map((row) => `${row[NAME]}\n${row[ID]}\n${row[SECTION]}`.toLowerCase());
  const order = rows.map((_, index) => index);
  const ranks = new Map();
  let sorted = { key: "", down: false };
  let matching = order;
  let page = 0;

  // Numbers by row for a column, so that sorting compares nothing else. Unknown is NaN.
  function rank(key) {
    if (ranks.has(key)) return ranks.get(key);
    const column = { name: NAME, id: ID, section: SECTION }[key];
    let numbers;
    if (column !== undefined) {
      numbers = ranked(rows.map((row) => row[column]));
    } else if (key === "state") {
      numbers = ranked(rows.map((row) => words[row[WORD]]));
    } else if (key === "total") {
      numbers = rows.map((row) => row[TOTAL] ?? NaN);
    } else {
      numbers = rows.map((row) => row[FINALS][Number(key)] ?? NaN);
    }
    numbers = Float64Array.from(numbers);
    ranks.set(key, numbers);
    return numbers;
  }

  function ranked(texts) {
    const places = new Map([...new Set(texts)].sort(collator.compare).map((t, i) => [t, i]));
    return texts.map((text) => (text === "" ? NaN : places.get(text)));
  }

  function sort(key, down) {
    const numbers = rank(key), sign = down ? -1 : 1;
    order.sort((a, b) => {
      const x = numbers[a], y = numbers[b];
      // What is not known comes last either way; equals keep the order of the class.
      if (x !== x || y !== y) return (x !== x) - (y !== y) || a - b;
      return sign * (x - y) || a - b;
    });
    sorted = { key, down };
    for (const head of heads) {
      if (head.dataset.key === key) head.setAttribute("aria-sort", down ? "descending" : "ascending");
      else head.removeAttribute("aria-sort");
    }
    filter();
  }

  function filter() {
    const parts = find.value.toLowerCase().split(/\s+/).filter(Boolean);
    const choice = show.value;
    const mistake = choice.startsWith("m") && /^m\d+$/.test(choice) ? Number(choice.slice(1)) : -1;
    const bit = mistake < 0 && choice ? 1 << flags.indexOf(choice) : 0;
    matching = order.filter((index) =>
      parts.every((part) => haystacks[index].includes(part))
      && (!bit || rows[index][FLAGS] & bit)
      && (mistake < 0 || rows[index][MISTAKES].includes(mistake)));
    turn(0);
  }

  function turn(to) {
    const last = Math.max(0, Math.ceil(matching.length / PAGE) - 1);
    page = Math.min(Math.max(0, to), last);
    const from = page * PAGE, shown = matching.slice(from, from + PAGE);
    body.replaceChildren(...shown.map((index) => line(rows[index])));
    range.textContent = shown.length
      ? words.range.replace("{from}", from + 1).replace("{to}", from + shown.length)
        .replace("{count}", matching.length)
      : words.none;
    // Not `disabled`, which would throw the keyboard's focus away.
    for (const name of ["first", "previous"]) buttons[name].setAttribute("aria-disabled", page === 0);
    for (const name of ["next", "last"]) buttons[name].setAttribute("aria-disabled", page === last);
  }

  function line(row) {
    const tr = document.createElement("tr");
    const name = cell(tr, "th", "");
    name.scope = "row";
    if (row[LINK]) {
      const link = document.createElement("a");
      link.href = row[LINK];
      link.textContent = row[NAME];
      name.append(link);
    } else {
      name.textContent = row[NAME];
    }
    cell(tr, "td", row[ID]);
    if (sections) cell(tr, "td", row[SECTION]);
    for (const final of row[FINALS]) cell(tr, "td", final ?? "?", "number");
    cell(tr, "td", row[TOTAL] ?? "?", "number total");
    cell(tr, "td", words[row[WORD]], `state ${row[WORD]}`);
    return tr;
  }

  function cell(tr, tag, text, name) {
    const made = document.createElement(tag);
    made.textContent = text;
    if (name) made.className = name;
    tr.append(made);
    return made;
  }

  for (const head of heads) {
    head.querySelector("button").addEventListener("click", () => {
      const key = head.dataset.key;
      // Points are mostly looked at from the top, names from A.
      const first = head.classList.contains("number");
      sort(key, sorted.key === key ? !sorted.down : first);
    });
  }
  const turns = {
    first: () => 0, previous: () => page - 1, next: () => page + 1, last: () => Infinity,
  };
  for (const [name, to] of Object.entries(turns)) {
    buttons[name].addEventListener("click", () => turn(to()));
  }
  for (const button of document.querySelectorAll("[data-mistake]")) {
    button.hidden = false;
    button.addEventListener("click", () => {
      show.value = `m${button.dataset.mistake}`;
      find.value = "";
      filter();
      byId("students").focus();
    });
  }
  find.addEventListener("input", filter);
  show.addEventListener("change", filter);
  byId("controls").addEventListener("submit", (event) => event.preventDefault());
  filter();
  byId("table").hidden = false;

  // What is folded, and what is on other pages, belongs on paper too.
  let folded = [];
  addEventListener("beforeprint", () => {
    folded = [...document.querySelectorAll("details:not([open])")];
    for (const part of folded) part.open = true;
    body.replaceChildren(...matching.map((index) => line(rows[index])));
  });
  addEventListener("afterprint", () => {
    for (const part of folded) part.open = false;
    folded = [];
    turn(page);
  });
})();
