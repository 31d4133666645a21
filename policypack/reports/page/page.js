// Search, filters, sorting and pages for the tables, and links that keep them. It moves and copies rows that
// the page has and makes no HTML of text; without it the page is whole, but for the rows kept in templates.
"use strict";
(() => {
  const ROWS = 50;
  const FACETS = {
    project: "Project", region: "Region", verdict: "Verdict", level: "Level", policy: "Policy",
    owner: "Owner", meter: "Meter", status: "Status", change: "Change",
  };
  const COLLATOR = new Intl.Collator("en", { numeric: true });
  const body = document.body;

  function make(tag, properties = {}, ...children) {
    const element = Object.assign(document.createElement(tag), properties);
    element.append(...children);
    return element;
  }

  // What the page knows of a row; its text is read when it is first asked for.
  class Row {
    constructor(element, section, lead) {
      this.element = element;
      this.section = section;
      this.lead = lead;
      this.sorts = new Map();
    }
    get shown() {
      if (this.lead && !this.copy) {
        this.copy = this.element.cloneNode(true);
        const link = make("a", { href: `#${this.section.id}`, textContent: this.section.dataset.label });
        this.copy.prepend(make("td", {}, link));
      }
      return this.copy ?? this.element;
    }
    get text() {
      const label = this.lead ? `${this.section.dataset.label} ` : "";
      return (this.words ??= (label + this.element.textContent).toLowerCase());
    }
    facet(name) {
      const own = this.element.dataset[name] ?? this.section?.dataset[name];
      return own === undefined ? [] : own.split("\n");
    }
    sort(column) {
      if (!this.sorts.has(column)) {
        const at = column - (this.lead ? 1 : 0);
        const cell = at < 0 ? null : this.element.cells[at];
        const number = cell?.dataset.sort;
        const text = cell ? cell.textContent : this.section.dataset.label;
        this.sorts.set(column, number === undefined ? text : Number(number));
      }
      return this.sorts.get(column);
    }
  }

  function compare(one, other) {
    if (typeof one === "number" && typeof other === "number") return one === other ? 0 : one < other ? -1 : 1;
    return COLLATOR.compare(String(one), String(other));
  }

  // The rows of a table, those of the template behind it among them.
  function rowsOf(table, section, lead) {
    const kept = table.nextElementSibling;
    const parts = [table.tBodies[0]];
    if (kept instanceof HTMLTemplateElement) parts.push(kept.content);
    return parts.flatMap((part) => [...part.querySelectorAll("tr")].map((row) => new Row(row, section, lead)));
  }

  const grids = new Map();
  const fragment = { target: "", state: new URLSearchParams() };

  class Grid {
    constructor(table, name, rows) {
      this.table = table;
      this.name = name;
      this.rows = rows;
      this.page = Number(table.dataset.page ?? ROWS);
      this.noun = table.dataset.noun;
      this.body = table.tBodies[0];
      this.state = { globalFilter: "", columnFilters: [], sorting: [], pagination: this.at(0) };
      this.heads = [...table.tHead.rows[0].cells];
      this.sortable = this.heads.filter((head) => head.dataset.key);
      this.facets = Object.keys(FACETS).filter((key) => this.values(key).length > 1);
      this.model = TableCore.createTable({
        data: rows,
        columns: [
          ...this.sortable.map((head) => ({
            id: head.dataset.key,
            accessorFn: (row) => row.sort(head.cellIndex),
            sortingFn: (one, other, id) => compare(one.getValue(id), other.getValue(id)),
            sortDescFirst: head.classList.contains("number"),
          })),
          { id: "search", accessorFn: (row) => row.text, filterFn: "includesString" },
          ...this.facets.map((key) => ({
            id: `by-${key}`,
            accessorFn: (row) => row.facet(key),
            filterFn: (row, id, wanted) => row.getValue(id).includes(wanted),
          })),
        ],
        state: {},
        getColumnCanGlobalFilter: (column) => column.id === "search",
        globalFilterFn: (row, id, wanted) => row.original.text.includes(wanted),
        onStateChange: () => {},
        renderFallbackValue: null,
        autoResetPageIndex: false,
        getCoreRowModel: TableCore.getCoreRowModel(),
        getFilteredRowModel: TableCore.getFilteredRowModel(),
        getSortedRowModel: TableCore.getSortedRowModel(),
        getPaginationRowModel: TableCore.getPaginationRowModel(),
      });
      this.initial = this.model.initialState;
      if (rows.length > 1) this.equip();
      this.read();
    }

    at(index) {
      return { pageIndex: index, pageSize: this.page };
    }

    values(key) {
      const found = new Set(this.rows.flatMap((row) => row.facet(key)));
      found.delete(""); // a stack without a project: an empty choice means all
      return [...found].sort(COLLATOR.compare);
    }

    equip() {
      for (const head of this.sortable) {
        const button = make("button", { type: "button", className: "sort" }, ...head.childNodes);
        button.addEventListener("click", () => this.sortBy(head));
        head.append(button);
      }
      this.status = make("p", { className: "status" });
      this.status.setAttribute("role", "status");
      if (this.rows.length <= 5) return;
      const label = `Search ${this.noun}s`;
      this.search = make("input", { type: "search", placeholder: label, maxLength: 200 });
      this.search.setAttribute("aria-label", label);
      this.search.addEventListener("input", () => {
        clearTimeout(this.timer);
        this.timer = setTimeout(() => this.change({ globalFilter: this.search.value.toLowerCase() }), 120);
      });
      this.selects = new Map(this.facets.map((key) => [key, this.select(key)]));
      const filters = [...this.selects].map(([key, select]) => make("label", {}, `${FACETS[key]} `, select));
      this.bar = make("div", { className: "toolbar" }, this.search, ...filters);
      this.bar.setAttribute("role", "search");
      const stack = this.table.closest("details.stack")?.dataset.label;
      this.bar.setAttribute("aria-label", `Filter ${this.noun}s${stack ? ` of ${stack}` : ""}`);
      this.previous = make("button", { type: "button", textContent: "Previous" });
      this.next = make("button", { type: "button", textContent: "Next" });
      this.previous.addEventListener("click", () => this.turn(-1));
      this.next.addEventListener("click", () => this.turn(1));
      this.pages = make("div", { className: "pages" }, this.status, this.previous, this.next);
      this.frame.before(this.bar);
      this.frame.after(this.pages);
    }

    get frame() {
      return this.table.closest(".scroll") ?? this.table;
    }

    select(key) {
      const options = this.values(key).map((value) => make("option", { value, textContent: value }));
      const select = make("select", {}, make("option", { value: "", textContent: "all" }), ...options);
      select.addEventListener("change", () => {
        const others = this.state.columnFilters.filter((one) => one.id !== `by-${key}`);
        if (select.value) others.push({ id: `by-${key}`, value: select.value });
        this.change({ columnFilters: others });
      });
      return select;
    }

    sortBy(head) {
      const now = this.state.sorting[0];
      const first = head.classList.contains("number");
      const desc = now?.id === head.dataset.key ? !now.desc : first;
      this.change({ sorting: [{ id: head.dataset.key, desc }] });
    }

    turn(by) {
      this.change({ pagination: this.at(this.state.pagination.pageIndex + by) });
      this.table.scrollIntoView({ block: "nearest" });
    }

    change(part) {
      Object.assign(this.state, { pagination: this.at(0) }, part);
      this.show();
      this.write();
    }

    show() {
      this.model.setOptions((before) => ({ ...before, state: { ...this.initial, ...this.state } }));
      const found = this.model.getFilteredRowModel().rows.length;
      const pages = Math.max(1, Math.ceil(found / this.page));
      const index = Math.min(this.state.pagination.pageIndex, pages - 1);
      if (index !== this.state.pagination.pageIndex) {
        this.state.pagination = this.at(index);
        this.model.setOptions((before) => ({ ...before, state: { ...this.initial, ...this.state } }));
      }
      const shown = this.model.getRowModel().rows.map((row) => row.original.shown);
      shown.forEach(equipCommands);
      this.body.replaceChildren(...shown);
      for (const head of this.sortable) {
        const sorted = this.state.sorting[0]?.id === head.dataset.key;
        if (sorted) head.setAttribute("aria-sort", this.state.sorting[0].desc ? "descending" : "ascending");
        else head.removeAttribute("aria-sort");
      }
      if (!this.pages) return;
      const of = this.rows.length;
      const matching = found === of ? `${count(of)} ${this.noun}${of === 1 ? "" : "s"}`
        : `${count(found)} of ${count(of)} ${this.noun}s`;
      const from = index * this.page;
      const range = pages > 1 ? `${count(from + 1)}–${count(Math.min(found, from + this.page))} of ` : "";
      this.status.textContent = range + matching;
      this.previous.hidden = this.next.hidden = pages === 1;
      this.previous.disabled = index === 0;
      this.next.disabled = index === pages - 1;
    }

    // The state stands in the fragment, so that an address shows what its sender saw.
    write() {
      const { state } = fragment;
      for (const key of [...state.keys()]) if (key.startsWith(`${this.name}.`)) state.delete(key);
      const put = (key, value) => value && state.set(`${this.name}.${key}`, value);
      put("q", this.state.globalFilter);
      for (const { id, value } of this.state.columnFilters) put(id.slice(3), value);
      for (const { id, desc } of this.state.sorting) put("sort", (desc ? "-" : "") + id);
      if (this.state.pagination.pageIndex) put("page", String(this.state.pagination.pageIndex + 1));
      history.replaceState(null, "", written());
    }

    read() {
      const get = (key) => fragment.state.get(`${this.name}.${key}`) ?? "";
      const sort = get("sort");
      const id = sort.replace(/^-/, "");
      this.state = {
        globalFilter: get("q").toLowerCase().slice(0, 200),
        columnFilters: this.facets.filter(get).map((key) => ({ id: `by-${key}`, value: get(key) })),
        sorting: this.sortable.some((head) => head.dataset.key === id) ? [{ id, desc: sort !== id }] : [],
        pagination: this.at(Math.max(0, (parseInt(get("page"), 10) || 1) - 1)),
      };
      if (this.search) this.search.value = this.state.globalFilter;
      this.selects?.forEach((select, key) => { select.value = get(key); });
      this.show();
    }
  }

  function count(number) {
    return number.toLocaleString("en");
  }

  // A command gets a button that copies it; where the browser does not let us, it is selected.
  function equipCommands(within) {
    for (const code of within.querySelectorAll("code.command:not(.equipped)")) {
      code.classList.add("equipped");
      const button = make("button", { type: "button", className: "copy", textContent: "Copy" });
      button.setAttribute("aria-label", `Copy ${code.textContent}`);
      button.addEventListener("click", async () => {
        try {
          await navigator.clipboard.writeText(code.textContent);
          button.textContent = "Copied";
        } catch {
          getSelection().selectAllChildren(code);
          button.textContent = "Selected";
        }
        setTimeout(() => { button.textContent = "Copy"; }, 2000);
      });
      code.after(" ", button);
    }
  }

  function written() {
    const state = fragment.state.toString();
    return `#${fragment.target}${state && `?${state}`}`;
  }

  function readFragment() {
    const [target, state] = location.hash.slice(1).split("?", 2);
    fragment.target = target;
    fragment.state = new URLSearchParams(state ?? "");
  }

  // Unfold what holds the target, and go there.
  function go() {
    const target = fragment.target && document.getElementById(fragment.target);
    if (!target) return;
    for (let holder = target; holder; holder = holder.parentElement?.closest("details")) {
      if (holder instanceof HTMLDetailsElement) holder.open = true;
    }
    for (const details of document.querySelectorAll("details.stack[open]")) equipStack(details);
    target.scrollIntoView();
    target.tabIndex = -1;
    target.focus({ preventScroll: true });
  }

  function equipStack(details) {
    equipCommands(details);
    for (const table of details.querySelectorAll("table.grid[data-of]")) {
      if (!grids.has(table)) grids.set(table, new Grid(table, `${details.id}.${table.dataset.of}`, kept.get(table)));
    }
  }

  const kept = new Map();

  function start() {
    body.classList.add("scripted");
    readFragment();
    for (const table of document.querySelectorAll("table.grid")) {
      const frame = make("div", { className: "scroll" });
      table.before(frame);
      const template = table.nextElementSibling;
      frame.append(table);
      if (template instanceof HTMLTemplateElement) frame.append(template);
    }
    const sections = [...document.querySelectorAll("details.stack")];
    const leads = { findings: [], lines: [] };
    const collects = document.querySelector("table[data-from]") !== null;
    for (const section of sections) {
      for (const table of section.querySelectorAll("table.grid[data-of]")) {
        kept.set(table, rowsOf(table, section, false));
        if (collects) leads[table.dataset.of].push(...kept.get(table).map((row) => new Row(row.element, section, true)));
      }
      section.addEventListener("toggle", () => section.open && equipStack(section));
      if (section.open) equipStack(section);
    }
    for (const table of document.querySelectorAll("table.grid[data-of]")) {
      if (kept.has(table)) continue;
      const rows = table.dataset.from ? leads[table.dataset.from] : rowsOf(table, null, false);
      grids.set(table, new Grid(table, table.dataset.of, rows));
      if (table.dataset.from && !rows.length) table.closest("section").hidden = true;
    }
    addEventListener("hashchange", () => {
      readFragment();
      grids.forEach((grid) => grid.read());
      go();
    });
    body.addEventListener("click", (event) => {
      const link = event.target.closest?.("a[href^='#']");
      if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
      event.preventDefault();
      fragment.target = link.getAttribute("href").slice(1);
      history.pushState(null, "", written());
      go();
    });
    addEventListener("popstate", () => {
      readFragment();
      grids.forEach((grid) => grid.read());
      go();
    });
    go();
    document.documentElement.dataset.ready = "yes";
  }

  start();
})();
