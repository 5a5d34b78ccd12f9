#include "edit/report_html_assets.h"

namespace tidemark::edit {

// Both colour schemes keep text at 4.5 : 1 and more on their ground; what is kept, sped up and cut
// differ in lightness too, and are named wherever they are pointed at.
const std::string_view kReportStyle = R"css(
:root{color-scheme:light dark;--ground:#f6f7f9;--card:#fff;--ink:#16202b;--soft:#536171;--line:#dce1e7;
--kept:#0b7285;--kept-ground:#d8eef2;--fast:#b35c00;--fast-ground:#fcecd9;--cut:#a9b3be;--focus:#1c7ed6}
@media (prefers-color-scheme:dark){:root{--ground:#0e1419;--card:#161e26;--ink:#e7edf3;--soft:#9fb0c0;
--line:#2a3641;--kept:#3bc9db;--kept-ground:#12343c;--fast:#ffa94d;--fast-ground:#3d2a14;--cut:#566573;
--focus:#74c0fc}}
*{box-sizing:border-box}
body{margin:0;background:var(--ground);color:var(--ink);
font:16px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans",sans-serif}
main{max-width:1200px;margin:0 auto;padding:2.5rem 1.25rem 3rem}
h1{font-size:1.05rem;font-weight:600;margin:0;color:var(--soft);overflow-wrap:anywhere}
.headline{font-size:clamp(1.9rem,5vw,3.1rem);font-weight:700;letter-spacing:-.02em;line-height:1.15;
margin:.25rem 0 .35rem}
.lead{margin:0 0 1.75rem;color:var(--soft);overflow-wrap:anywhere}
h2{font-size:1.05rem;margin:2.25rem 0 .75rem}
.totals{display:grid;grid-template-columns:repeat(auto-fit,minmax(10.5rem,1fr));gap:.75rem;margin:0}
.totals div{background:var(--card);border:1px solid var(--line);border-radius:.75rem;padding:.8rem 1rem}
dt{color:var(--soft);font-size:.85rem}
dd{margin:0;overflow-wrap:anywhere}
.totals dd{font-size:1.4rem;font-weight:650;font-variant-numeric:tabular-nums}
.totals small{display:block;font-size:.8rem;font-weight:400;color:var(--soft)}
figure{margin:0;background:var(--card);border:1px solid var(--line);border-radius:.75rem;padding:1rem}
.bar{display:flex;flex-wrap:wrap;gap:.5rem 1.25rem;align-items:center;margin-bottom:.75rem;font-size:.9rem}
.key{display:inline-flex;align-items:center;gap:.4rem}
.key i{width:.9rem;height:.9rem;border-radius:.2rem;background:var(--cut)}
.key i.kept{background:var(--kept)}.key i.fast{background:var(--fast)}
.zoom{margin-left:auto;display:none;gap:.35rem}
.js .zoom{display:flex}
button{font:inherit;min-width:2.25rem;padding:.2rem .6rem;color:var(--ink);background:var(--ground);
border:1px solid var(--line);border-radius:.5rem;cursor:pointer}
button:focus-visible,svg:focus-visible,summary:focus-visible,tr:focus-visible{outline:3px solid var(--focus);
outline-offset:2px}
.plot{position:relative}
svg{display:block;width:100%;height:200px;border-radius:.35rem;background:var(--ground)}
.js svg{cursor:crosshair;touch-action:pan-y}
.kept-band{fill:var(--kept-ground)}.fast-band{fill:var(--fast-ground)}
.wave{fill:var(--cut)}.wave-kept{fill:var(--kept)}.wave-fast{fill:var(--fast)}
.hair{position:absolute;top:0;height:200px;width:1px;background:var(--ink);pointer-events:none;display:none}
.axis{position:relative;height:1.6rem;font-size:.78rem;color:var(--soft);font-variant-numeric:tabular-nums;
overflow:hidden}
.axis span{position:absolute;top:.35rem;transform:translateX(-50%);white-space:nowrap}
.axis span:first-child{transform:none}
output{display:block;min-height:1.5em;margin-top:.35rem;font-variant-numeric:tabular-nums}
details{background:var(--card);border:1px solid var(--line);border-radius:.75rem;padding:0 1rem}
summary{cursor:pointer;padding:.8rem 0;font-weight:600}
.scroll{max-height:32rem;overflow:auto;margin:0 -1rem;padding:0 1rem .75rem}
table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums;font-size:.92rem}
caption{text-align:left;color:var(--soft);padding-bottom:.5rem}
th,td{text-align:right;padding:.3rem .6rem;border-bottom:1px solid var(--line);white-space:nowrap}
thead th{position:sticky;top:0;background:var(--card)}
.js tbody tr{cursor:pointer}.js tbody tr:hover{background:var(--ground)}
.options{display:grid;grid-template-columns:max-content 1fr;gap:.3rem 1.25rem;margin:0}
.options dd{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;font-size:.9rem}
footer{margin-top:2.5rem;color:var(--soft);font-size:.85rem}
@media print{.zoom,output{display:none!important}.scroll{max-height:none}}
)css";

// Without it the page says the same, save where the pointer is and closer looks.
const std::string_view kReportScript = R"js(
(()=>{
const $=i=>document.getElementById(i),svg=$('wave'),axis=$('axis'),hair=$('hair'),says=$('says');
if(!svg)return;
const [total,rows]=JSON.parse($('data').textContent),width=svg.viewBox.baseVal.width;
let from=0,span=total,at=null;
document.documentElement.classList.add('js');
const clock=(s,digits)=>{const p=10**digits,t=Math.round(s*p),h=Math.floor(t/p/3600),m=Math.floor(t/p/60)%60,
 x=((t/p)%60).toFixed(digits).padStart(digits?3+digits:2,'0');
 return h?h+':'+String(m).padStart(2,'0')+':'+x:m+':'+x};
const find=s=>{let a=0,b=rows.length-1;while(a<b){const m=(a+b+1)>>1;if(rows[m][0]<=s)a=m;else b=m-1}
 return rows[a]};
const ticks=()=>{axis.textContent='';
 const most=Math.max(2,Math.floor(axis.clientWidth/110));
 const step=[.001,.002,.005,.01,.02,.05,.1,.2,.5,1,2,5,10,15,30,60,120,300,600,900,1800,3600,7200,14400,28800,
 86400].find(x=>span/x<=most)||Math.ceil(span/most/86400)*86400;
 const digits=step>=1?0:step>=.1?1:step>=.01?2:3;
 for(let i=Math.ceil(from/step-1e-9);i*step<=from+span;i++){const e=document.createElement('span');
  const part=(i*step-from)/span;if(part>.97)break;
  e.textContent=clock(i*step,digits);e.style.left=100*part+'%';axis.append(e)}};
const show=()=>{span=Math.min(total,Math.max(span,Math.min(total,.05)));
 from=Math.min(Math.max(0,from),total-span);
 svg.setAttribute('viewBox',`${from/total*width} 0 ${span/total*width} 200`);ticks();mark()};
const mark=()=>{const inside=at!==null&&at>=from&&at<=from+span;
 hair.style.display=inside?'block':'none';if(at===null)return;
 hair.style.left=100*(at-from)/span+'%';
 const [,end,speed,output,mixed]=find(at),begin=find(at)[0];
 const state=speed===0?'cut':speed===1?'kept':`kept at ${speed} times the speed`;
 let text=`${clock(at,3)}: ${mixed?'mostly ':''}${state}, ${clock(begin,3)} to ${clock(end,3)}`;
 if(speed>0&&!mixed)text+=`; in the output at ${clock(output+(at-begin)/speed,3)}`;
 says.textContent=text};
const zoom=(by,s)=>{const f=(s-from)/span;span=Math.min(total,span*by);from=s-f*span;show()};
const point=e=>{const r=svg.getBoundingClientRect();
 return from+span*Math.min(1,Math.max(0,(e.clientX-r.left)/r.width))};
let drag=null;
svg.addEventListener('pointermove',e=>{
 if(drag){from=drag.from-(e.clientX-drag.x)/svg.clientWidth*span;at=null;show()}
 else{at=point(e);mark()}});
svg.addEventListener('pointerdown',e=>{if(span<total&&e.button===0){drag={x:e.clientX,from};
 svg.setPointerCapture(e.pointerId)}});
svg.addEventListener('pointerup',()=>{drag=null});
svg.addEventListener('pointercancel',()=>{drag=null});
svg.addEventListener('wheel',e=>{if(e.ctrlKey||e.metaKey||span<total){e.preventDefault();
 if(e.shiftKey||Math.abs(e.deltaX)>Math.abs(e.deltaY)){from+=(e.deltaX||e.deltaY)/svg.clientWidth*span;show()}
 else zoom(e.deltaY>0?1.25:.8,point(e))}},{passive:false});
svg.addEventListener('dblclick',e=>zoom(.25,point(e)));
svg.addEventListener('keydown',e=>{const s=at===null?from+span/2:at;let used=true;
 if(e.key==='ArrowRight'||e.key==='ArrowLeft'){at=Math.min(total,Math.max(0,
  s+(e.key==='ArrowLeft'?-1:1)*span/100));if(at<from||at>from+span)from=at-span/2;show()}
 else if(e.key==='+'||e.key==='=')zoom(.5,s);else if(e.key==='-')zoom(2,s);
 else if(e.key==='0'){from=0;span=total;show()}else used=false;
 if(used)e.preventDefault()});
$('in').onclick=()=>zoom(.5,from+span/2);$('out').onclick=()=>zoom(2,from+span/2);
$('all').onclick=()=>{from=0;span=total;show()};
const table=$('clips');
if(table){const go=e=>{const row=e.target.closest('tr[data-b]');if(!row)return;
 const b=+row.dataset.b,n=+row.dataset.e-b;at=b;span=Math.max(n*4,2);from=b-(span-n)/2;show();
 svg.scrollIntoView({block:'center'})};
 table.addEventListener('click',go);
 table.addEventListener('keydown',e=>{if(e.key==='Enter')go(e)});
 for(const r of table.querySelectorAll('tr[data-b]'))r.tabIndex=0}
addEventListener('resize',ticks);
says.textContent='Point at the picture to see what became of a moment; double-click to look closer.';
show();
})();
)js";

}  // namespace tidemark::edit
