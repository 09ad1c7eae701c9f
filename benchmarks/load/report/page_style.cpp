#include "load/report/page.hpp"

namespace phony::bench {

// One hue a server, the same in light and in dark; the floor is grey, because it is the measure and
// not a contestant. `c` is whatever the element's series has for a colour.
std::string_view page_style()
{
    return R"css(
:root {
  color-scheme: light dark;
  --ground: #f6f7f9; --card: #ffffff; --ink: #16191f; --quiet: #646b76; --rule: #e4e7eb;
  --phony: #2563eb; --floor: #7a828e; --node: #16915a; --python: #d9730d; --fifth: #9a3fd5;
  --good: #14804a; --bad: #c8332b; --aside: #fff6e0;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #101216; --card: #181b21; --ink: #eceff3; --quiet: #98a0ac; --rule: #2a2f37;
    --phony: #6ca5ff; --floor: #9aa3af; --node: #4cc38a; --python: #f5a14b; --fifth: #cb8cf5;
    --good: #4cc38a; --bad: #ff7b72; --aside: #2b2413;
  }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--ink);
  font: 15px/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif; }
main { max-width: 1160px; margin: 0 auto; padding: 44px 28px 56px; }
h1 { margin: 0; font-size: 30px; line-height: 1.2; font-weight: 680; letter-spacing: -0.02em;
  text-wrap: balance; }
header p { margin: 8px 0 0; color: var(--quiet); font-size: 16px; }
h2 { margin: 44px 0 4px; font-size: 19px; font-weight: 650; letter-spacing: -0.01em; }
h2 + p { margin: 0 0 14px; color: var(--quiet); max-width: 80ch; }

.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(200px, 1fr)); gap: 14px;
  margin: 28px 0 0; }
.tile { background: var(--card); border: 1px solid var(--rule); border-radius: 12px;
  padding: 13px 16px 12px; display: flex; flex-direction: column; justify-content: space-between; }
.tile h3 { margin: 0; font-size: 13px; font-weight: 500; color: var(--quiet); }
.tile strong { display: block; margin: 3px 0 2px; font-size: 22px; line-height: 1.25;
  font-weight: 660; letter-spacing: -0.02em; white-space: nowrap; }
.tile p { margin: 0; font-size: 13px; color: var(--quiet); }
.tile.good p::before { content: "✓ "; color: var(--good); font-weight: 700; }
.tile.bad p::before { content: "✗ "; color: var(--bad); font-weight: 700; }

.plots { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 470px), 1fr));
  gap: 14px; margin: 14px 0; align-items: start; }
figure { margin: 0; background: var(--card); border: 1px solid var(--rule); border-radius: 12px;
  padding: 18px 20px 14px; }
svg { display: block; width: 100%; height: auto; font-family: inherit; overflow: visible; }
svg text { fill: var(--ink); font-size: 13px; }
svg .title { font-size: 14.5px; font-weight: 620; }
svg .label { fill: var(--quiet); font-size: 12px; font-variant-numeric: tabular-nums; }
svg .name { font-weight: 600; }
svg .value { font-weight: 650; font-variant-numeric: tabular-nums; }
svg .middle { text-anchor: middle; } svg .end { text-anchor: end; }
svg .grid { stroke: var(--rule); stroke-width: 1; }
svg .axis { stroke: var(--quiet); stroke-width: 1; }
svg .look-phony { --c: var(--phony); } svg .look-floor { --c: var(--floor); }
svg .look-node { --c: var(--node); } svg .look-python { --c: var(--python); }
svg .look-fifth { --c: var(--fifth); }
svg .better { --c: var(--good); } svg .worse { --c: var(--bad); } svg .none { --c: var(--floor); }
svg .curve { fill: none; stroke: var(--c); stroke-width: 2; stroke-linejoin: round;
  stroke-linecap: round; }
svg .curve.look-phony { stroke-width: 2.8; }
svg .dot { fill: var(--c); stroke: var(--card); stroke-width: 1.5; }
svg .dot:hover, svg .mark:hover { stroke: var(--ink); }
svg .band { fill: var(--c); opacity: 0.16; }
svg .bar { fill: var(--c); } svg .kernel { fill: var(--c); opacity: 0.42; }
svg .name[class*="look-"], svg .value.better, svg .value.worse { fill: var(--c); }
svg .whisker { stroke: var(--ink); stroke-width: 1.5; }
svg .target { stroke: var(--ink); stroke-width: 1.2; stroke-dasharray: 3 3; }
svg .goal { fill: var(--ink); }
svg .median { stroke: var(--c); stroke-width: 1.5; stroke-dasharray: 5 4; opacity: 0.8; }
svg .span { stroke: var(--c); stroke-width: 5; stroke-linecap: round; opacity: 0.35; }
svg .mark { fill: var(--c); stroke: var(--card); stroke-width: 1.5; }

.wide { overflow-x: auto; background: var(--card); border: 1px solid var(--rule);
  border-radius: 12px; margin: 14px 0; padding: 6px 20px 8px; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
th, td { padding: 8px 0 8px 22px; text-align: right; white-space: nowrap; font-weight: 400; }
th:first-child { padding-left: 0; text-align: left; }
thead th { color: var(--quiet); font-size: 13px; font-weight: 500; vertical-align: bottom; }
tbody tr { border-top: 1px solid var(--rule); }
td small, th small { color: var(--quiet); font-size: 12.5px; margin-left: 4px; }
.strong { font-weight: 640; } .quiet { color: var(--quiet); }
.good { color: var(--good); } .bad { color: var(--bad); } td.good, td.bad { font-weight: 600; }
.tile.good, .tile.bad { color: inherit; }

aside { border-radius: 12px; background: var(--aside); padding: 10px 18px; margin: 18px 0; }
aside p { margin: 2px 0; }
footer { margin-top: 44px; padding-top: 16px; border-top: 1px solid var(--rule); }
footer p { margin: 3px 0; color: var(--quiet); font-size: 13px; max-width: 110ch; }
@media print { body { background: none; } figure, .tile, .wide { break-inside: avoid; } }
)css";
}

}  // namespace phony::bench
