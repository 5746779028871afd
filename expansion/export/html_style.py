"""Style of the HTML summary: one sheet inside the page, made for the screen and for paper."""

from __future__ import annotations

STYLE = """
:root{--ink:#1b2733;--soft:#5b6875;--rule:#dfe4ea;--card:#fff;--page:#f2f4f6;--brand:#0b4f6c;--warn:#b3261e}
*{box-sizing:border-box}
body{margin:0;background:var(--page);color:var(--ink);font:15px/1.5 system-ui,-apple-system,Roboto,sans-serif;
font-variant-numeric:tabular-nums}
header{background:linear-gradient(120deg,#0b3954,#0b4f6c 55%,#087e8b);color:#fff;padding:34px 0 88px}
.wide{max-width:1240px;margin:0 auto;padding:0 24px}
header p{margin:6px 0 0;color:#d5e6ee}
h1{font-size:32px;line-height:1.15;margin:0;letter-spacing:-.01em;overflow-wrap:anywhere}
h2{font-size:20px;margin:0 0 4px}
h3{font-size:14px;margin:18px 0 6px;color:var(--soft);font-weight:600}
.lead{color:var(--soft);margin:0 0 14px;max-width:78ch}
.cards{display:grid;grid-template-columns:repeat(auto-fit,minmax(175px,1fr));gap:14px;margin-top:-58px}
.card,section{background:var(--card);border-radius:12px;box-shadow:0 1px 2px #1b273314,0 6px 20px #1b273310}
.card{padding:14px 16px}
.card b{display:block;font-size:22px;line-height:1.3;letter-spacing:-.02em;white-space:nowrap}
.card span{color:var(--soft);font-size:13px;display:block}
section{padding:22px 24px;margin:18px 0}
.map-row{display:grid;grid-template-columns:minmax(0,1fr) 232px;gap:20px;align-items:start}
svg.map{width:100%;max-height:920px;border-radius:8px;border:1px solid var(--rule);background:#f7f5ef;display:block}
svg.gantt,svg.curve{width:100%;display:block}
.legend{list-style:none;margin:0;padding:0;font-size:13px}
.legend label{display:flex;align-items:center;gap:8px;padding:3px 0;cursor:pointer}
.legend .count{margin-left:auto;color:var(--soft)}
.legend input{accent-color:var(--brand);margin:0}
.swatch{flex:none}
.keys{display:flex;flex-wrap:wrap;gap:4px 18px;font-size:13px;color:var(--soft);margin:8px 0 0;padding:0}
.keys{list-style:none}
.keys i{display:inline-block;width:18px;height:8px;border-radius:2px;margin-right:6px}
.two{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(380px,100%),1fr));gap:8px 34px}
.scroll{overflow-x:auto}
table{border-collapse:collapse;width:100%;font-size:13.5px}
th{text-align:left;font-weight:600;color:var(--soft);border-bottom:2px solid var(--rule);padding:6px 10px 6px 0;
vertical-align:bottom}
td{border-bottom:1px solid var(--rule);padding:6px 10px 6px 0;vertical-align:top;overflow-wrap:anywhere}
.n{text-align:right}
.n,td:nth-child(-n+2){white-space:nowrap}
#rules td,#technology td{white-space:normal}#rules td:nth-child(6){overflow-wrap:break-word;min-width:190px}
#rules .n,#technology .n,#rules td:first-child{white-space:nowrap}
#risks td,#findings td,#permits td:nth-child(2),#inputs td{white-space:normal}#risks .n,#permits .n{white-space:nowrap}
#risks td,#findings td,#inputs td,#permits td{overflow-wrap:break-word}#findings td:nth-child(6){min-width:220px}
#findings td:nth-child(5){overflow-wrap:anywhere;min-width:130px}#risks td:last-child{min-width:84px}
#risks td:nth-child(-n+2),#findings td:nth-child(-n+2){white-space:nowrap}
tr.total td{font-weight:600;border-top:2px solid var(--rule)}
.bar{display:block;height:8px;border-radius:4px;background:#0b7ea4;min-width:2px}
.barcell{width:34%;padding-top:12px}
.track{position:relative}.mark{position:absolute;top:-7px;height:22px;border-left:2px dashed #b3261e}
.tag{display:inline-block;border-radius:99px;padding:1px 9px;font-size:12px;font-weight:600;background:#e8edf2}
.tag.warning{background:#fdf0d5;color:#7a4b00}.tag.error{background:#fbe3e1;color:var(--warn)}
.tag.info{background:#e3f0f5;color:#0b4f6c}
.permit-sheet{background:var(--card);border-radius:12px;padding:18px 24px;margin:14px 0;border:1px solid var(--rule)}
.permit-sheet h3{margin:0;font-size:17px;color:var(--ink)}.permit-sheet h4{font-size:13px;margin:10px 0 2px}
.permit-row{display:grid;grid-template-columns:minmax(0,430px) minmax(0,1fr);gap:24px}
.permit-map{width:100%;border-radius:8px;border:1px solid var(--rule);display:block}
.permit-sheet dl{display:grid;grid-template-columns:minmax(84px,max-content) 1fr;gap:3px 14px;margin:0;font-size:13.5px;
align-content:start}
.permit-sheet dt{color:var(--soft)}.permit-sheet dd{margin:0;overflow-wrap:anywhere}
.permit-sheet ul{margin:2px 0 8px;padding-left:18px;font-size:13px}
.fill{list-style:none;display:grid;grid-template-columns:1fr 1fr;gap:6px 16px}.permit-sheet ul.fill{padding:0}
.fill li{border-bottom:1px solid var(--soft);padding-top:12px;color:var(--soft)}
.fill b{color:var(--ink);margin-left:8px}
#applications td:nth-child(-n+2){white-space:normal}#applications a{color:var(--brand)}
.band td{font-weight:600;background:var(--page);padding-left:8px}
details summary{cursor:pointer;font-weight:600}
footer{color:var(--soft);font-size:13px;padding:6px 0 40px;overflow-wrap:anywhere}
@media(max-width:820px){.permit-row{grid-template-columns:minmax(0,1fr)}
.map-row{grid-template-columns:minmax(0,1fr)}.legend{columns:2}}
@media(max-width:480px){.legend{columns:1}.cards{grid-template-columns:1fr 1fr}section{padding:16px}
.wide{padding:0 14px}
.card b{font-size:18px}}
@media print{
@page{size:A4 portrait;margin:12mm}
body{background:#fff;font-size:11px}
header{color:var(--ink);background:none;padding:0 0 10px}header p{color:var(--soft)}
.wide{max-width:none;padding:0}.cards{margin-top:0;grid-template-columns:repeat(3,1fr)}
.card,section{box-shadow:none;border:1px solid var(--rule)}
section{break-inside:auto}tr,.card,svg{break-inside:avoid}h2{break-after:avoid}
.legend input{display:none}section:has(details:not([open])){display:none}.lead{break-after:avoid}
.map-row{grid-template-columns:minmax(0,1fr) 150px;gap:12px}svg.map{max-height:172mm}
.legend{columns:1;font-size:10px}.legend label{padding:1px 0;gap:5px}
.two{grid-template-columns:1fr 1fr;gap:4px 20px}h2{font-size:15px}h3{font-size:11px;margin:8px 0 2px}
table{font-size:9.5px}th,td{padding:3px 7px 3px 0}.barcell{padding-top:6px}.bar{height:6px}.mark{height:16px;top:-5px}
#findings td:nth-child(6){min-width:130px}.tag{font-size:9px}
.card{padding:7px 10px}.card b{font-size:16px}.card span,.keys,footer{font-size:10px}.cards{gap:8px}
section{padding:12px 14px;margin:10px 0}.lead{margin-bottom:8px}
.permit-sheet{break-before:page;border:0;padding:0;font-size:11px}.permit-sheet dl,.permit-sheet ul{font-size:11px}
.permit-row{grid-template-columns:105mm 1fr;gap:7mm}.fill li{padding-top:7mm}
*{print-color-adjust:exact;-webkit-print-color-adjust:exact}}
"""
