/** The page of the pictures: rows of a dashboard, drawn by Grafana's components. */
import * as data from "@grafana/data";
import * as ui from "@grafana/ui";
import { TableNG } from "@grafana/ui/unstable";
import { createRoot } from "react-dom/client";

/** Grafana's grid: columns, height of a row, and the space between panels, in pixels. */
const [columns, rowHeight, gap] = [24, 30, 8];

const theme = data.createTheme({ colors: { mode: "dark" } });
const timeZone = "utc";
const replaceVariables = (text) => text;

/** What Grafana's plugins set where a panel does not. Each is Grafana's default in that panel's options. */
const defaults = {
  timeseries: {
    color: { mode: "palette-classic" },
    custom: {
      drawStyle: "line",
      lineInterpolation: "linear",
      lineWidth: 1,
      fillOpacity: 0,
      gradientMode: "none",
      spanNulls: false,
      showPoints: "auto",
      pointSize: 5,
      stacking: { mode: "none", group: "A" },
      axisPlacement: "auto",
      axisColorMode: "text",
      axisBorderShow: false,
      scaleDistribution: { type: "linear" },
      hideFrom: { tooltip: false, viz: false, legend: false },
      thresholdsStyle: { mode: "off" },
    },
  },
  stat: { color: { mode: "thresholds" }, custom: {} },
  table: { color: { mode: "thresholds" }, custom: { align: "auto", cellOptions: { type: "auto" } } },
};

const standardOptions = ["unit", "min", "max", "decimals", "displayName", "color", "noValue", "mappings", "thresholds"];

/** The options of a field by name: Grafana's code applies those that are registered. */
function toRegistry(custom) {
  const registry = new data.FieldConfigOptionsRegistry();
  const register = (id, path, isCustom) =>
    registry.register({ id, path, name: path, isCustom, process: (value) => value, shouldApply: () => true });
  for (const name of standardOptions) register(name, name, false);
  for (const name of Object.keys(custom)) register(`custom.${name}`, name, true);
  return registry;
}

/** The frames with all options of the panel, as Grafana applies them. */
function toSeries({ type, fieldConfig }, frames) {
  const usual = defaults[type];
  const config = {
    ...usual,
    ...fieldConfig.defaults,
    custom: { ...usual.custom, ...fieldConfig.defaults.custom },
  };
  return data.applyFieldOverrides({
    data: frames.map((frame) => data.toDataFrame(frame)),
    fieldConfig: { defaults: config, overrides: fieldConfig.overrides },
    fieldConfigRegistry: toRegistry(config.custom),
    replaceVariables,
    theme,
    timeZone,
  });
}

/** A line has a gap where a number is not finite. */
function withGaps(frame) {
  const fields = frame.fields.map((field) =>
    field.type === "number"
      ? { ...field, values: field.values.map((value) => (Number.isFinite(value) ? value : null)) }
      : field,
  );
  return { ...frame, fields };
}

/** By the panel's type: drawnTypes of pictures.ts. */
const draw = {
  timeseries: ({ options }, frames, { width, height, timeRange }) => (
    <ui.TimeSeries
      frames={frames.map(withGaps)}
      legend={options.legend}
      timeRange={timeRange}
      timeZone={timeZone}
      width={width}
      height={height}
    />
  ),
  stat: ({ options, fieldConfig }, frames, { width, height, timeRange }) => (
    <ui.VizRepeater
      getValues={() =>
        data.getFieldDisplayValues({
          fieldConfig,
          reduceOptions: options.reduceOptions,
          replaceVariables,
          theme,
          data: frames,
          sparkline: options.graphMode !== "none",
          timeZone,
        })
      }
      getAlignmentFactors={data.getDisplayValueAlignmentFactors}
      renderValue={({ value, alignmentFactors, count, width, height }) => (
        <ui.BigValue
          {...options}
          value={value.display}
          count={count}
          sparkline={value.sparkline && { ...value.sparkline, timeRange }}
          alignmentFactors={alignmentFactors}
          width={width}
          height={height}
          theme={theme}
        />
      )}
      width={width}
      height={height}
      source={frames}
      renderCounter={0}
      autoGrid
      orientation={options.orientation}
    />
  ),
  table: ({ options, fieldConfig }, frames, { width, height, timeRange }) => (
    <TableNG
      data={frames[options.frameIndex]}
      noHeader={!options.showHeader}
      fieldConfig={fieldConfig}
      timeRange={timeRange}
      width={width}
      height={height}
    />
  ),
};

const noData = { display: "grid", placeItems: "center", height: "100%", ...theme.typography.body };

function Panel({ panel, frames, width, height, timeRange }) {
  if (panel.type === "row") {
    return <div style={{ ...theme.typography.h6, lineHeight: `${height}px` }}>{panel.title}</div>;
  }
  return (
    <ui.PanelChrome title={panel.title} width={width} height={height} padding={panel.type === "table" ? "none" : "md"}>
      {(width, height) => {
        const series = toSeries(panel, frames);
        if (series.length === 0) return <div style={noData}>No data</div>;
        return draw[panel.type](panel, series, { width, height, timeRange });
      }}
    </ui.PanelChrome>
  );
}

function Dashboard({ panels, range, width }) {
  const column = (width + gap) / columns;
  const row = rowHeight + gap;
  const top = Math.min(...panels.map(({ panel }) => panel.gridPos.y));
  const bottom = Math.max(...panels.map(({ panel }) => panel.gridPos.y + panel.gridPos.h));
  const timeRange = { from: data.dateTime(range.from), to: data.dateTime(range.to), raw: range };
  return (
    <div style={{ position: "relative", width, height: (bottom - top) * row - gap }}>
      {panels.map(({ panel, frames }) => {
        const { x, y, w, h } = panel.gridPos;
        const size = { width: w * column - gap, height: h * row - gap };
        return (
          <div key={panel.id} style={{ position: "absolute", left: x * column, top: (y - top) * row, ...size }}>
            <Panel panel={panel} frames={frames} {...size} timeRange={timeRange} />
          </div>
        );
      })}
    </div>
  );
}

/**
 * Draws panels with their frames.
 * @param {{ panels: { panel: object, frames: import("./frames.ts").Frame[] }[], range: { from: number, to: number }, width: number }} dashboard
 *   `range` and times in milliseconds, `width` in pixels
 */
globalThis.drawDashboard = (dashboard) =>
  createRoot(document.querySelector("#dashboard")).render(
    <data.ThemeContext.Provider value={theme}>
      <ui.GlobalStyles />
      <Dashboard {...dashboard} />
    </data.ThemeContext.Provider>,
  );
