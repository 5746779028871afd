"""Style of the proposal: one sheet inside the page, made for the screen and for paper."""

from __future__ import annotations

_SCREEN = """
:root{--ink:#1b2733;--soft:#5b6875;--rule:#dfe4ea;--card:#fff;--page:#f2f4f6;--brand:#0b4f6c;--warn:#b3261e}
*{box-sizing:border-box}
body{margin:0;background:var(--page);color:var(--ink);font:15px/1.5 system-ui,-apple-system,Roboto,sans-serif;
font-variant-numeric:tabular-nums}
header{background:linear-gradient(120deg,#0b3954,#0b4f6c 55%,#087e8b);color:#fff;padding:26px 0 30px}
.wide{max-width:1240px;margin:0 auto;padding:0 24px}
header p{margin:4px 0 0;color:#d5e6ee}
h1{font-size:34px;line-height:1.15;margin:2px 0 0;letter-spacing:-.01em;overflow-wrap:anywhere}
h2{font-size:21px;margin:0 0 4px;letter-spacing:-.01em}
h2.part{font-size:15px;text-transform:uppercase;letter-spacing:.08em;color:var(--soft);margin:44px 0 0}
h3{font-size:14px;margin:20px 0 6px;color:var(--soft);font-weight:600}
.lead{color:var(--soft);margin:0 0 14px;max-width:84ch}
.screen{color:var(--soft);font-size:13px;margin:10px 0 0}
.quiet{color:var(--soft);font-size:13px;margin:4px 0;overflow-wrap:anywhere}
.ask{font-size:24px;line-height:1.3;font-weight:600;letter-spacing:-.01em;margin:2px 0 18px;max-width:46em;
color:var(--brand)}
nav{background:var(--card);border-radius:12px;padding:12px 24px;margin:18px 0;font-size:13.5px}
nav ul{list-style:none;display:flex;flex-wrap:wrap;gap:4px 20px;margin:0;padding:0}
nav a{color:var(--brand);text-decoration:none}nav a:hover{text-decoration:underline}
nav details{margin-top:6px}nav summary{color:var(--soft)}
.cards{display:grid;grid-template-columns:repeat(auto-fit,minmax(185px,1fr));gap:12px}
.card{border:1px solid var(--rule);border-left:4px solid var(--brand);border-radius:8px;padding:10px 14px}
.card b{display:block;font-size:22px;line-height:1.3;letter-spacing:-.02em;white-space:nowrap}
.card span{color:var(--soft);font-size:13px;display:block}
.front-row{display:grid;grid-template-columns:minmax(0,1fr) minmax(0,1fr);gap:18px;align-items:start}
.front-row .cards{grid-template-columns:1fr 1fr}.front-map svg.phase-map{max-height:420px;background:#f7f5ef}
section{background:var(--card);border-radius:12px;box-shadow:0 1px 2px #1b273314,0 6px 20px #1b273310;
padding:22px 24px;margin:18px 0}
#ask ol,#ask ul:not(.signatures){margin:0;padding-left:20px}#ask li{margin:0 0 7px}#ask a{color:var(--brand)}
.signatures{list-style:none;margin:0;padding:0;display:grid;grid-template-columns:repeat(auto-fit,minmax(260px,1fr));
gap:6px 28px}
.signatures li{display:grid;grid-template-columns:1fr auto auto;gap:26px;border-bottom:1px solid var(--soft);
padding-top:20px;color:var(--soft);font-size:13px;margin:0}
.signatures span:first-child{color:var(--ink);font-weight:600}
.map-row{display:grid;grid-template-columns:minmax(0,1fr) 232px;gap:20px;align-items:start}
svg.map{width:100%;max-height:920px;border-radius:8px;border:1px solid var(--rule);background:#f7f5ef;display:block}
svg.gantt,svg.curve{width:100%;display:block}
.phases{display:grid;grid-template-columns:repeat(auto-fit,minmax(270px,1fr));gap:18px}
.phase h3{margin:0 0 6px;color:var(--ink);font-size:15px}
.phase h3 i{display:inline-block;width:12px;height:12px;border-radius:3px;margin-right:8px}
.phase p{margin:6px 0 0;font-size:13px;color:var(--soft)}
svg.phase-map{width:100%;border-radius:8px;border:1px solid var(--rule);display:block}
.legend{list-style:none;margin:0;padding:0;font-size:13px}
.legend label{display:flex;align-items:center;gap:8px;padding:3px 0;cursor:pointer}
.legend .count{margin-left:auto;color:var(--soft)}
input{accent-color:var(--brand);margin:0}
.swatch{flex:none}
.keys{display:flex;flex-wrap:wrap;gap:4px 18px;font-size:13px;color:var(--soft);margin:8px 0;padding:0;list-style:none}
.keys i{display:inline-block;width:18px;height:8px;border-radius:2px;margin-right:6px}
.filters{display:flex;flex-wrap:wrap;gap:4px 18px;font-size:13px;margin:0 0 8px}
.filters label{display:flex;align-items:center;gap:6px;cursor:pointer}.filters .count{color:var(--soft)}
.two{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(380px,100%),1fr));gap:8px 34px}
.scroll{overflow-x:auto}
table{border-collapse:collapse;width:100%;font-size:13.5px}
th{text-align:left;font-weight:600;color:var(--soft);border-bottom:2px solid var(--rule);padding:6px 10px 6px 0;
vertical-align:bottom}
td{border-bottom:1px solid var(--rule);padding:6px 10px 6px 0;vertical-align:top;overflow-wrap:break-word}
.n{text-align:right;white-space:nowrap}
#findings td:nth-child(6){min-width:220px}#findings td:nth-child(5){overflow-wrap:anywhere;min-width:130px}
#findings td:nth-child(-n+2){white-space:nowrap}
td:first-child:not(:only-child){white-space:nowrap}
#assumptions td,#sources td,#risks td,#rules td,#technology td,#stakeholders td,#permits td,#inputs td,#surveys td,
#self-audit td{white-space:normal}
#initiatives td,#pmo td{white-space:normal}#initiatives td:last-child{min-width:240px}
#inputs td:last-child,#figures td,#sources td:last-child,#assumptions td:last-child{overflow-wrap:anywhere}
.n.n,td.d,#risks td.d{white-space:nowrap}
tr.total td{font-weight:600;border-top:2px solid var(--rule)}
.bar{display:block;height:8px;border-radius:4px;background:#0b7ea4;min-width:2px}
.barcell{width:34%;padding-top:12px}
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
@media(max-width:820px){.front-row{grid-template-columns:minmax(0,1fr)}
.permit-row{grid-template-columns:minmax(0,1fr)}
.map-row{grid-template-columns:minmax(0,1fr)}.legend{columns:2}}
@media(max-width:480px){.legend{columns:1}.cards{grid-template-columns:1fr 1fr}section{padding:16px}
.wide{padding:0 14px}.ask{font-size:19px}.signatures{grid-template-columns:1fr}
.card b{font-size:18px}}
"""
_PAPER = """
@media print{
@page{size:A4 portrait;margin:13mm 12mm}
body{background:#fff;font-size:11px}
header{color:var(--ink);background:none;padding:0 0 8px;border-bottom:2px solid var(--brand)}header p{color:var(--soft)}
h1{font-size:26px}.wide{max-width:none;padding:0}nav,.filters,.permit-filter,.screen{display:none}
h2.part{break-before:page;margin:0 0 14px;border-bottom:2px solid var(--brand);padding-bottom:5px;font-size:20px;
color:var(--brand);text-transform:none;letter-spacing:0}h2.part+section.page{break-before:auto}
.front-row{grid-template-columns:1fr 1fr;gap:12px}.front-row .cards{gap:7px}.front-map svg.phase-map{max-height:92mm}
section{box-shadow:none;border:0;border-radius:0;padding:0;margin:16px 0;break-inside:auto}
section.page{break-before:page;margin-top:0}
section+section:not(.page){border-top:1px solid var(--rule);padding-top:12px}
tr,.card,svg,.phase,li{break-inside:avoid}h2,h3,.lead,.quiet{break-after:avoid;break-inside:avoid}
.ask{font-size:18px;margin-bottom:12px}#ask{margin-top:12px}
.legend input{display:none}section:has(>details:not([open])){display:none}
.map-row{grid-template-columns:minmax(0,1fr) 150px;gap:12px}svg.map{max-height:138mm}
.phases{grid-template-columns:repeat(3,1fr);gap:9px}.phase h3{font-size:11.5px}.phase p{font-size:10px}
svg.phase-map{max-height:80mm}
.legend{columns:1;font-size:10px}.legend label{padding:1px 0;gap:5px}
.two{grid-template-columns:1fr 1fr;gap:4px 20px}h2{font-size:17px}h3{font-size:11.5px;margin:10px 0 3px}
table{font-size:9.2px}th,td{padding:3px 6px 3px 0}.barcell{padding-top:6px}.bar{height:6px}
thead{display:table-header-group}.scroll{overflow:visible}
#findings td:nth-child(6){min-width:130px}.tag{font-size:9px}
.card{padding:6px 9px;border-left-width:3px}.card b{font-size:15px}.card span,.keys,footer,.quiet{font-size:9.5px}
.lead{margin-bottom:8px}#ask li{margin-bottom:4px}.signatures li{padding-top:15px;font-size:9.5px}
.permit-sheet{border:0;border-top:1px solid var(--rule);break-inside:avoid;padding:8px 0 0;font-size:11px}
.permit-sheet dl,.permit-sheet ul{font-size:11px}
.permit-row{grid-template-columns:105mm 1fr;gap:7mm}.fill li{padding-top:7mm}
*{print-color-adjust:exact;-webkit-print-color-adjust:exact}}
"""
MOST_BOXES = 16
"""Most boxes that a register has: one hides the rows of its class, ``k0`` to ``k15``."""
_FILTERS = "".join(f".register:has(input.k{n}:not(:checked)) tr.k{n}{{display:none}}" for n in range(MOST_BOXES))
STYLE = f"{_SCREEN}{_FILTERS}{_PAPER}"
