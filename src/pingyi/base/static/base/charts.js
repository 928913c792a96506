// Draws the charts of a page ({% chart %}) as SVG. Words and numbers come from the server ready
// made; here they only get a place. The table beside a chart says the same without script.
"use strict";
(() => {
  const SCALE = 10000;
  const fill = (tone) => `var(--chart-${tone})`;
  const ink = "var(--chart-ink)";
  const soft = "var(--chart-soft)";

  // Han characters are as wide as high, others about half.
  const ems = (text) => [...text].reduce((sum, c) => sum + (c > "\u2000" ? 1 : 0.58), 0);
  const widest = (texts) => Math.max(0, ...texts.map(ems));

  function bars({ rows }, width, em) {
    const count = rows[0].bars.length;
    const titles = rows.map((row) => row.title);
    const texts = rows.flatMap((row) => row.bars.map((bar) => bar.text));
    const left = Math.min(widest(titles) + 1.2, (0.45 * width) / em) * em;
    const thick = count > 1 ? 0.95 * em : 1.15 * em;
    const series = rows[0].bars.map((_, i) => ({
      type: "bar",
      silent: true,
      barWidth: thick,
      barGap: "20%",
      label: { show: true, position: "right", color: ink, fontSize: em, formatter: ({ dataIndex }) => rows[dataIndex].bars[i].text },
      data: rows.map((row) => ({
        value: row.bars[i].at,
        itemStyle: { color: fill(row.bars[i].tone), borderColor: ink, borderWidth: 1 },
      })),
    }));
    const height = rows.length * em * (count > 1 ? 3.2 : 1.9) + em;
    return {
      height,
      grid: { left, right: (widest(texts) + 1) * em, top: 0.5 * em, bottom: 0.5 * em, outerBoundsMode: "none" },
      xAxis: { type: "value", min: 0, max: SCALE, show: false },
      yAxis: axis(titles, "left", left - 0.6 * em, em, ink),
      series,
    };
  }

  // A list of names from the top; lines lie on it by their place.
  function axis(names, position, width, em, line) {
    return {
      type: "category",
      position,
      inverse: true,
      data: names,
      axisTick: { show: false },
      axisLine: { show: line !== "none", lineStyle: { color: line } },
      axisLabel: { color: ink, fontSize: em, interval: 0, width, overflow: "truncate" },
    };
  }

  function slopes({ stops, lines }, width, em) {
    const last = stops.length - 1;
    const deepest = Math.max(...lines.flatMap((line) => line.places));
    const names = (stop) => {
      const found = Array(deepest).fill("");
      for (const line of lines) if (line.places[stop]) found[line.places[stop] - 1] = line.title;
      return found;
    };
    const side = Math.min(widest(lines.map((line) => line.title)) + 2.4, (0.32 * width) / em) * em;
    // On a phone the names at the left are enough: the numbers lead from them to the right.
    const narrow = last > 1 && width < 32 * em;
    const right = narrow ? 2 * em : side;
    const apart = (width - side - right) / Math.max(last, 1) / em - 0.5;
    const room = Math.max(3, Math.min(apart, (2 * side) / em));
    const rows = Math.ceil(Math.max(...stops.map((stop) => ems(stop) / Math.floor(room))));
    const head = (1.3 * rows + 1) * em;
    const series = lines.map((line) => ({
      type: "line",
      silent: true,
      symbol: "circle",
      symbolSize: 1.55 * em,
      z: line.strong ? 4 : 3,
      connectNulls: false,
      lineStyle: { color: line.strong ? fill(1) : soft, width: line.strong ? 3 : 1.25 },
      itemStyle: { color: line.strong ? fill(1) : "var(--chart-ground)", borderColor: line.strong ? fill(1) : soft, borderWidth: 1.25, opacity: 1 },
      label: { show: true, position: "inside", fontSize: 0.85 * em, color: line.strong ? "var(--chart-ground)" : ink, formatter: ({ dataIndex }) => line.texts[dataIndex] },
      data: line.places.map((place) => (place ? place - 1 : null)),
    }));
    return {
      height: head + (deepest * 1.95 + 0.4) * em,
      grid: { left: side, right, top: head, bottom: 0.4 * em, outerBoundsMode: "none" },
      xAxis: {
        type: "category",
        position: "top",
        boundaryGap: false,
        data: stops,
        axisTick: { show: false },
        axisLine: { show: false },
        splitLine: { show: true, lineStyle: { color: "var(--chart-line)" } },
        axisLabel: { color: ink, fontSize: em, fontWeight: 600, interval: 0, lineHeight: 1.3 * em, width: room * em, overflow: "break", margin: 0.4 * em },
      },
      yAxis: [
        axis(names(0), "left", side - 1.5 * em, em, "none"),
        axis(narrow ? [] : names(last), "right", side - 1.5 * em, em, "none"),
      ].map((one) => ({ ...one, axisLabel: { ...one.axisLabel, margin: 1.2 * em } })),
      series,
    };
  }

  const shapes = { bars, slopes };

  function draw(figure) {
    const place = figure.querySelector(".chart-drawing");
    const width = Math.floor(figure.clientWidth);
    if (!width || figure.dataset.width === String(width)) return;
    figure.dataset.width = width;
    const style = getComputedStyle(figure);
    const data = JSON.parse(document.getElementById(`${figure.dataset.chart}-data`).textContent);
    const { height, ...option } = shapes[data.shape](data, width, parseFloat(style.fontSize));
    const chart = echarts.getInstanceByDom(place) || echarts.init(place, null, { renderer: "svg", width, height });
    chart.resize({ width, height });
    chart.setOption({ ...option, animation: false, textStyle: { fontFamily: style.fontFamily } }, true);
  }

  const watch = new ResizeObserver((seen) => seen.forEach(({ target }) => draw(target)));
  const start = (root) => root.querySelectorAll("[data-chart]").forEach((one) => watch.observe(one));
  start(document);
  document.addEventListener("htmx:load", (event) => start(event.detail.elt));
})();
