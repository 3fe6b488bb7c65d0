"""How a sheet looks: on a screen, in the dark, and on one page of paper."""

from __future__ import annotations

from typing import Final

SCREEN: Final = """
:root { color-scheme: light dark; --ink: #16212b; --soft: #46535e; --paper: #ffffff;
  --ground: #f3f5f6; --line: #c9d1d7; --accent: #0b547f; --tint: #eaf2f8; --green: #1d6b3a;
  --amber: #8a5200; --red: #a3231a; --tint-red: #fbeeec; }
@media screen and (prefers-color-scheme: dark) { :root { --ink: #e8edf1; --soft: #b3bec7;
  --paper: #172029; --ground: #0f161c; --line: #3a4853; --accent: #8cc4ee; --tint: #1d2f3e;
  --green: #7fd6a0; --amber: #f0b95b; --red: #ff9d93; --tint-red: #36201f; }
  .moment svg { filter: brightness(.9); } }
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; }
body { margin: 0 auto; max-width: 60rem; padding: 1rem; background: var(--ground);
  color: var(--ink); font: 1.0625rem/1.5 system-ui, "Helvetica Neue", Arial, "Liberation Sans",
  sans-serif; overflow-wrap: anywhere; }
h1, h2, h3, p, ul, ol, dl, dd, figure { margin: 0; padding: 0; }
h1 { font-size: 1.9rem; line-height: 1.2; }
h2 { font-size: 1.3rem; line-height: 1.3; margin-bottom: .5rem; color: var(--accent); }
h3 { font-size: 1.15rem; line-height: 1.3; }
.top, section { background: var(--paper); border: 1px solid var(--line); border-radius: .9rem;
  padding: 1.1rem 1.25rem; margin-bottom: 1rem; }
.who { font-size: 1.2rem; color: var(--soft); }
.facts { display: flex; flex-wrap: wrap; gap: .6rem 2.2rem; margin-top: .9rem; }
.facts dt { font-size: .85rem; color: var(--soft); }
.facts dd { font-weight: 600; }
.lead { margin-top: .9rem; font-weight: 600; }
.course { margin-top: .6rem; }
.curves .drawn { display: grid; grid-template-columns: repeat(auto-fit, minmax(17rem, 1fr)); gap: 1rem; }
.curves figcaption { font-weight: 600; } .curves svg { width: 100%; height: auto; display: block; }
.note { margin-top: .9rem; border-inline-start: .3rem solid var(--accent);
  padding-inline-start: .8rem; }
.cards { list-style: none; }
.card + .card { border-top: 1px solid var(--line); margin-top: 1.2rem; padding-top: 1.2rem; }
.card { display: grid; gap: .3rem 1.4rem; grid-template-columns: minmax(0, 20rem) minmax(0, 1fr);
  grid-template-rows: auto 1fr; }
.named { grid-column: 1 / -1; display: flex; flex-wrap: wrap; gap: .2rem 1rem;
  justify-content: space-between; align-items: baseline; margin-bottom: .3rem; }
.named h3 { display: flex; gap: .6rem; align-items: baseline; }
.number { flex: none; width: 1.7em; height: 1.7em; border-radius: 50%; background: var(--accent);
  color: var(--paper); display: inline-grid; place-items: center; font-size: .95rem; }
.moments { display: flex; gap: .5rem; align-items: flex-end; align-self: start; }
.moment { flex: 1 1 0; min-width: 0; text-align: center; font-size: .85rem; color: var(--soft); }
.moment svg { display: block; width: 100%; max-height: 10.5rem; background: #ffffff;
  border-radius: .5rem; }
@media screen and (min-width: 40.01rem) {
  .lying { flex-direction: column; align-items: stretch; } .lying .moment { flex: none; }
  .lying .moment svg { max-height: none; } }
.amount { font-weight: 700; font-size: 1.2rem; color: var(--accent); }
.dose span + span::before, .cited span + span::before { content: "\\b7  "; white-space: pre-wrap; }
.cues, .texts { padding-inline-start: 1.2rem; list-style: disc; }
.cues { margin-top: .35rem; }
.texts li + li { margin-top: .35rem; }
.care { margin-top: .35rem; border-inline-start: .3rem solid var(--amber);
  padding-inline-start: .6rem; }
.why, .mistakes { margin-top: .35rem; } .why { color: var(--soft); }
.curves .hollow { fill: var(--paper); }
.lights { list-style: none; display: grid; gap: .7rem; }
.light { display: grid; grid-template-columns: 2.2rem 1fr; gap: 0 .8rem; align-items: center; }
.light svg { width: 2.2rem; height: 2.2rem; grid-row: span 2; }
.light .sign { fill: none; stroke: currentColor; stroke-width: 2.6; stroke-linecap: round;
  stroke-linejoin: round; }
.green svg { color: var(--green); } .amber svg { color: var(--amber); }
.red svg { color: var(--red); }
.light p:first-of-type { font-weight: 600; }
.stop, .now { border-color: var(--red); border-inline-start-width: .4rem; }
.stop h2, .now h2 { color: var(--red); }
.now .texts { font-size: 1.2rem; }
.grid { overflow-x: auto; position: relative; }
table { border-collapse: collapse; table-layout: fixed; width: 100%; min-width: 34rem;
  font-size: .85rem; }
.scale { display: block; white-space: nowrap; }
.wide { width: 16%; }
th, td { border: 1px solid var(--line); padding: .3rem; text-align: center;
  font-weight: 600; overflow-wrap: normal; }
td { height: 2.2rem; }
.hint { color: var(--soft); margin-bottom: .5rem; }
.begun h2 { margin-bottom: .2rem; }
footer { color: var(--soft); font-size: .92rem; padding: 0 1.25rem 1rem; }
footer p { margin-bottom: .5rem; }
.code { color: var(--ink); font: 600 1.15rem/1.5 ui-monospace, "Liberation Mono", Consolas,
  "Courier New", monospace; letter-spacing: .03em; overflow-wrap: anywhere; }
.heard { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%);
  white-space: nowrap; }
.again, .only-paper { display: none; }
@media screen and (max-width: 40rem) { body { padding: .6rem; }
  .top, section { padding: .9rem; } h1 { font-size: 1.6rem; }
  .card { grid-template-columns: minmax(0, 1fr); } th, td { padding: .2rem .1rem; }
  footer { padding: 0 .9rem .9rem; } }
"""

PRINT: Final = """
@page { size: %(page)s; margin: %(margin)smm; }
@media print {
:root { color-scheme: light; --ink: #000000; --soft: #333333; --line: #8a8a8a; --tint: #ffffff; --paper: #ffffff;
  --accent: #0b3c5d; --green: #14532d; --amber: #6b3d00; --red: #8a1a12; }
html, body { background: #ffffff; }
body { max-width: none; width: auto; min-height: %(height)smm; padding: 0; margin: 0; display: flex;
  flex-direction: column; font: %(points)spt/%(line)s "Helvetica Neue", Helvetica, Arial,
  "Liberation Sans", sans-serif; }
main { flex: 1 0 auto; display: flex; flex-direction: column; }
.top, section { border: 0; border-radius: 0; padding: 0; margin: 0; }
h1 { font-size: 2em; line-height: 1.1; color: var(--accent); } h2 { font-size: 1.15em; margin: 0 0 .15em; }
h3 { font-size: %(name)spt; line-height: 1.15; }
.top { display: grid; grid-template-columns: 1fr auto; align-items: baseline; column-gap: 4mm;
  border-bottom: .5mm solid var(--accent); padding-bottom: 1mm; }
.who { font-size: 1.35em; color: var(--ink); text-align: end; }
.facts { grid-column: 1 / -1; display: flex; flex-wrap: wrap; gap: 0 5mm; margin-top: .6mm; }
.facts div { display: flex; gap: 1.2mm; }
.facts dt, .facts dd { font-size: 1em; }
.facts dt::after { content: ":"; }
.lead { display: none; } .referral .lead { display: block; grid-column: 1 / -1; margin-top: 2mm; }
.note { grid-column: 1 / -1; margin-top: .8mm; padding-inline-start: 1.5mm;
  border-inline-start-width: .8mm; }
.exercises h2 { display: none; }
.card { grid-template-columns: %(pictures)smm 1fr; gap: 0 3.5mm; break-inside: avoid;
  grid-template-rows: auto; align-items: center; }
.card, .card + .card { margin: 0; padding: 1.1mm 0; border-top: .2mm solid var(--line); }
.card:first-child { border-top: 0; }
.named { grid-column: 2; gap: 0 3mm; margin: 0; flex-wrap: nowrap; align-items: center; }
.named h3 { gap: 1.4mm; align-items: center; } .amount { flex: none; font-size: %(name)spt; }
.card .said { grid-column: 2; grid-row: 2; align-self: start; }
.moments { grid-column: 1; grid-row: 1 / span 2; gap: 1mm; align-self: center; }
.moment { font-size: %(small)spt; line-height: 1.1; }
.moment svg { max-height: %(highest)smm; border-radius: 0; }
.number { width: 1.45em; height: 1.45em; font-size: 1em; background: #ffffff; color: #000000;
  border: .35mm solid #000000; }
.said { margin-top: .3mm; }
.dose, .cues, .mistakes, .why { display: inline; margin: 0; padding: 0; }
.cues li { display: inline; } .cues li + li::before { content: " "; }
.dose span + span::before { content: none; }
.dose span:not(.more) ~ span:not(.more)::before { content: "\\b7  "; white-space: pre-wrap; }
.dose:has(span:not(.more))::after { content: " – "; }
.care { margin: 0 0 .25mm; border: 0; padding: 0; }
.why { color: var(--ink); font-style: italic; }
.safety { display: grid; grid-template-columns: 64mm 1fr; gap: 0 4mm;
  border: .35mm solid #000000; border-radius: 1.2mm; padding: 1.2mm 2mm; margin: .6mm .3mm 1.4mm;
  break-inside: avoid; }
.lights { gap: .7mm; } .light { grid-template-columns: 5.4mm 1fr; gap: 0 1.6mm; }
.light svg { width: 5.4mm; height: 5.4mm; grid-row: auto; }
.light div p { display: inline; }
.stop { border: 0; } .stop .texts, .coming .texts { padding-inline-start: 4mm; }
.texts li + li { margin-top: .25mm; }
.log { flex: 1 1 0; min-height: %(log)smm; display: flex; flex-direction: column;
  overflow: hidden; }
.begun { display: flex; gap: 3mm; align-items: baseline; }
.begun h2 { flex: none; } .begun .hint { margin: 0; color: var(--ink); }
.grid { flex: 1 1 0; min-height: 0; overflow: hidden; display: flex; padding: 0 .2mm; }
table { display: flex; flex-direction: column; flex: 1 1 0; min-width: 0; width: auto; font-size: %(small)spt; }
thead { display: grid; grid-template-columns: 1fr 1fr; column-gap: 3mm; flex: none; }
thead tr.again { display: flex; } tbody { flex: 1 1 0; min-height: 0; display: flex;
  flex-flow: column wrap; align-content: flex-start; column-gap: 3mm; overflow: hidden; }
tr { display: flex; } tbody tr { width: calc(50%% - 1.5mm); flex: none; height: %(row)smm; }
th, td { flex: 1 1 0; min-width: 0; padding: .3mm; height: auto; line-height: 1.1;
  border: 0; border-inline-end: .2mm solid var(--line); border-bottom: .2mm solid var(--line);
  display: grid; place-items: center; align-content: center; }
tr { border-inline-start: .2mm solid var(--line); }
thead tr { border-top: .2mm solid var(--line); }
.wide { flex-grow: 1.4; } .pain { flex-grow: 1.85; } th.pain, td.pain { font-weight: 400; }
th, .again td { hyphens: auto; overflow-wrap: anywhere; font-size: %(small)spt; }
.coming, .advice { margin-top: 1mm; } .advice .texts { padding-inline-start: 4mm; }
.more, .unprinted { display: none !important; }
.every { display: block; grid-column: 1 / -1; }
.why.only-paper { display: inline; }
.course { grid-column: 1 / -1; margin-top: .5mm; }
.curves .drawn { display: flex; gap: 6mm; } .curves svg { width: %(curve)smm; }
.curves figcaption { line-height: 1.15; }
.kept { flex: 1 0 auto; display: grid; grid-template-columns: minmax(0, 1fr) %(curve)smm;
  column-gap: 4mm; }
.kept .log { contain: size; min-height: 0; } .kept .drawn { display: grid; gap: .8mm; }
.kept thead { display: block; } .kept thead tr.again { display: none; }
.kept tbody tr { width: 100%%; }
footer { font-size: %(small)spt; line-height: 1.2; color: var(--ink); padding: 1mm 0 0; margin-top: 1mm;
  border-top: .2mm solid var(--line); }
footer p { margin: 0; } .code { font-size: 1.2em; overflow-wrap: anywhere; min-width: 0; letter-spacing: 0; }
tbody tr.only-paper { display: flex; }
.now, .asked, .because { margin-top: 5mm; } .referral { font-size: 12.5pt; line-height: 1.4; }
.referral h2 { font-size: 1.25em; } .referral .now { border: .6mm solid #000000;
  border-radius: 2mm; padding: 4mm 5mm; } .referral .texts { padding-inline-start: 5mm; }
.referral .curves { margin-top: 6mm; }
.referral .texts li + li { margin-top: 1.5mm; } .referral footer { font-size: 9.5pt; }
}
"""
