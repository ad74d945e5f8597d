// Written by scripts/report-page.mjs from browser/; do not edit.

/** What runs in the page. */
export const SCRIPT =
  "\"use strict\";(()=>{function te(o,n,e){let r={width:e.width-48-48,height:e.height-48},a=Math.max(1,Ma" +
  "th.min(r.width/(o||1),r.height/(n||1)));return{x:o/2+48/2/a,y:n/2,scale:a}}var F=({x:o,y:n,scale:e}," +
  "r,a,l)=>[r.width/2+(a-o)*e,r.height/2+(l-n)*e],B=({x:o,y:n,scale:e},r,a,l)=>[o+(a-r.width/2)/e,n+(l-" +
  "r.height/2)/e];function ne(o,n,e,r,a,l){let d=Math.min(60*l,Math.max(.5*l,o.scale*e)),[s,i]=B(o,n,r," +
  "a);return{x:s-(r-n.width/2)/d,y:i-(a-n.height/2)/d,scale:d}}var D=({x:o,y:n,scale:e},r,a)=>({x:o-r/e" +
  ",y:n-a/e,scale:e});function oe(o,n){let e=new Map,r=0,a=s=>{let{left:i,top:p}=o.getBoundingClientRec" +
  "t();return{x:s.clientX-i,y:s.clientY-p}},l=()=>{let[s,i]=[...e.values()];return Math.hypot(s.x-i.x,s" +
  ".y-i.y)};o.addEventListener(\"pointerdown\",s=>{s.button===0&&(e.size===0&&(r=0),e.set(s.pointerId,a(s" +
  ")),o.setPointerCapture(s.pointerId))}),o.addEventListener(\"pointermove\",s=>{let i=a(s),p=e.get(s.poi" +
  "nterId);if(!p){s.pointerType===\"mouse\"&&n.hover(i.x,i.y);return}if(r+=Math.hypot(i.x-p.x,i.y-p.y),e." +
  "size===1){r>5&&n.move(i.x-p.x,i.y-p.y),e.set(s.pointerId,i);return}let f=l();e.set(s.pointerId,i);le" +
  "t[m,b]=[...e.values()];f>0&&n.zoom(l()/f,(m.x+b.x)/2,(m.y+b.y)/2)});let d=s=>{let i=e.get(s.pointerI" +
  "d);e.delete(s.pointerId),i&&s.type===\"pointerup\"&&e.size===0&&r<=5&&n.click(i.x,i.y)};o.addEventList" +
  "ener(\"pointerup\",d),o.addEventListener(\"pointercancel\",d),o.addEventListener(\"pointerleave\",()=>{n.l" +
  "eave()}),o.addEventListener(\"wheel\",s=>{if(document.activeElement!==o&&!s.ctrlKey)return;s.preventDe" +
  "fault();let{x:i,y:p}=a(s);n.zoom(Math.exp(-s.deltaY/(s.ctrlKey?80:400)),i,p)},{passive:!1})}var pe=1" +
  "60,I={plain:36,near:44,chosen:56},re=10;function he(o){let n=getComputedStyle(o),e=r=>n.getPropertyV" +
  "alue(r).trim();return{accent:e(\"--accent\"),ink:e(\"--ink\"),paper:e(\"--paper\"),faint:e(\"--line\"),class" +
  "es:Array.from({length:re},(r,a)=>e(`--class-${a}`))}}function ie(o,n){let e=o.getContext(\"2d\");if(!e" +
  ")return;let{points:r,camera:a,frame:l,labels:d,isShown:s,chosen:i,neighbours:p,at:f,sprites:m}=n,b=M" +
  "ath.min(3,window.devicePixelRatio||1),[h,g]=[Math.round(l.width*b),Math.round(l.height*b)];(o.width!" +
  "==h||o.height!==g)&&([o.width,o.height]=[h,g]),e.setTransform(b,0,0,b,0,0),e.clearRect(0,0,l.width,l" +
  ".height);let S=he(o),k=u=>d?S.classes[d[u]%re]:S.accent,v=u=>F(a,l,r.x[u],r.y[u]),H=[];for(let u=0;u" +
  "<r.x.length;u++){let[y,x]=v(u);y>-I.near&&x>-I.near&&y<l.width+I.near&&x<l.height+I.near&&H.push(u)}" +
  "let N=H.filter(s),M=N.length<=pe,A=(u,y)=>{let[x,L]=v(u);e.beginPath(),e.arc(x,L,y,0,2*Math.PI),e.fi" +
  "ll()},E=(u,y,x,L)=>{let[P,z]=v(u);e.fillStyle=x,e.fillRect(P-y/2-L,z-y/2-L,y+2*L,y+2*L),m.draw(e,u,P" +
  "-y/2,z-y/2,y)};e.fillStyle=S.faint;for(let u of H)s(u)||A(u,1.75);let T=r.x.length>3e3?2:r.x.length>" +
  "600?2.75:3.5;e.globalAlpha=i>=0&&!M?.35:.85;for(let u of N)e.fillStyle=k(u),M?E(u,I.plain,k(u),1.5):" +
  "A(u,T);if(e.globalAlpha=1,i>=0){let[u,y]=v(i);e.strokeStyle=S.ink,e.lineWidth=1;for(let x of p){let[" +
  "L,P]=v(x);e.beginPath(),e.moveTo(u,y),e.lineTo(L,P),e.stroke()}for(let x of[...p].reverse()){let[L,P" +
  "]=v(x);e.fillStyle=S.ink,Math.hypot(L-u,P-y)<I.chosen?(A(x,T+2.5),e.fillStyle=k(x),A(x,T+1)):E(x,I.n" +
  "ear,k(x),2)}M?E(i,I.chosen,S.ink,2.5):(e.fillStyle=S.ink,A(i,T+5),e.fillStyle=k(i),A(i,T+2.5))}if(f<" +
  "0)return;let[j,R]=v(f);e.strokeStyle=S.ink,e.lineWidth=2,e.beginPath(),e.arc(j,R,f===i||M?.8*I.plain" +
  ":8,0,2*Math.PI),e.stroke()}function se({sheets:o,perSheet:n,columns:e,tile:r}){let a=o.map(l=>{let d" +
  "=new Image;return d.src=l,d});return{draw(l,d,s,i,p){let f=a[Math.floor(d/n)];if(!f?.complete)return" +
  ";let m=d%n,[b,h]=[m%e*r,Math.floor(m/e)*r];l.imageSmoothingEnabled=p<2*r,l.drawImage(f,b,h,r,r,s,i,p" +
  ",p)},ready:Promise.allSettled(a.map(l=>l.decode()))}}function K(o,n,e,r){let a=document.createElemen" +
  "t(\"canvas\"),l=Math.round(e*Math.min(3,window.devicePixelRatio||1));[a.width,a.height]=[l,l],a.style." +
  "width=a.style.height=`${e}px`,a.setAttribute(\"role\",\"img\"),a.setAttribute(\"aria-label\",r);let d=a.ge" +
  "tContext(\"2d\");return d&&o.ready.then(()=>{o.draw(d,n,0,0,l)}),a}var ae={near:56,chosen:96};function" +
  " V({labels:o,classNames:n},e){let r=o?.[e];return r===void 0?void 0:n?.[r]??String(r)}function G(o,n" +
  ",e=\"\"){let r=document.createElement(o);return r.textContent=n,e&&(r.className=e),r}function le(o,n,e" +
  ",r,a,l){let d=V(n,r),s=document.createElement(\"div\");s.className=\"chosen\";let i=document.createEleme" +
  "nt(\"div\");i.append(G(\"strong\",n.names[r],\"name\")),d!==void 0&&i.append(G(\"span\",d)),s.append(K(e,r,a" +
  "e.chosen,n.names[r]),i);let p=document.createElement(\"ol\");for(let{image:f,similarity:m}of a){let b=" +
  "V(n,f),h=document.createElement(\"button\");h.type=\"button\",h.title=n.names[f],h.className=d===void 0|" +
  "|b===d?\"same\":\"other\",h.append(K(e,f,ae.near,n.names[f])),b!==void 0&&h.append(G(\"span\",b)),h.append" +
  "(G(\"small\",m.toFixed(2))),h.addEventListener(\"click\",()=>{l(f)});let g=document.createElement(\"li\");" +
  "g.append(h),p.append(g)}o.replaceChildren(s,G(\"p\",\"Nearest, with their cosine similarity:\",\"note\"),p" +
  ")}function U({x:o,y:n},e,r,a,l){let[d,s]=[-1,a*a];for(let i=0;i<o.length;i++){let p=(o[i]-e)**2+(n[i" +
  "]-r)**2;p<=s&&l(i)&&([d,s]=[i,p])}return d}var W={ArrowLeft:[-1,0],ArrowRight:[1,0],ArrowUp:[0,-1],A" +
  "rrowDown:[0,1]};function ce({x:o,y:n},e,[r,a],l){let[d,s]=[e,1/0];for(let i=0;i<o.length;i++){if(i==" +
  "=e||!l(i))continue;let p=(o[i]-o[e])*r+(n[i]-n[e])*a,f=Math.abs((o[i]-o[e])*a)+Math.abs((n[i]-n[e])*" +
  "r);if(p<=0||f>p)continue;let m=p+2*f;m<s&&([d,s]=[i,m])}return d}var fe=22;function Y(o,n){let e=o.q" +
  "uerySelector(n);if(!e)throw new Error(`The page lacks ${n}.`);return e}function de(o,n,e,r,a){let l=" +
  "Y(o,\"canvas\"),[d,s]=[Y(o,\".panel\"),Y(o,\".tip\")],i=t=>t.reduce((c,w)=>Math.max(c,w),0),[p,f]=[i(n.x)," +
  "i(n.y)],m={width:1,height:1},b,[h,g]=[-1,-1],S,k=!1,v=t=>S===void 0||e.labels?.[t]===S,H=t=>n.neighb" +
  "ours.slice(t*n.neighbourCount,(t+1)*n.neighbourCount),N=()=>te(p,f,m),M=()=>b??N(),A=()=>{k=!1;let{c" +
  "lientWidth:t,clientHeight:c}=l;if(t===0)return;m={width:t,height:c};let w=h<0?[]:H(h);ie(l,{points:n" +
  ",camera:M(),frame:m,labels:e.labels,isShown:v,chosen:h,neighbours:w,at:g,sprites:r})},E=()=>{k||(k=!" +
  "0,requestAnimationFrame(A))},T=t=>{if(g!==t){if(g=t,s.hidden=t<0,t>=0){let[c,w]=F(M(),m,n.x[t],n.y[t" +
  "]),C=V(e,t);s.textContent=C===void 0?e.names[t]:`${e.names[t]} \\xB7 ${C}`,s.style.left=`${Math.min(M" +
  "ath.max(c,70),m.width-70)}px`,s.style.top=`${w}px`,s.classList.toggle(\"below\",w<60)}E()}},j=t=>{h=t;" +
  "let c=t*n.neighbourCount,w=H(t).map((C,O)=>({image:C,similarity:n.similarities[c+O]}));le(d,e,r,t,w," +
  "R),E()},R=t=>{t<0||(j(t),a(t))},u=(t,c,w)=>{b=ne(M(),m,t,c,w,N().scale),s.hidden=!0,E()},y=t=>{let c" +
  "=g<0?h:g;c<0?u(t,m.width/2,m.height/2):u(t,...F(M(),m,n.x[c],n.y[c]))},x=(t,c)=>{let w=M(),[C,O]=B(w" +
  ",m,t,c);return U(n,C,O,fe/w.scale,v)},L=t=>{let[c,w]=F(M(),m,n.x[t],n.y[t]),C=40,O=(q,ee)=>q<C?C-q:q" +
  ">ee-C?ee-C-q:0,[Q,Z]=[O(c,m.width),O(w,m.height)];(Q!==0||Z!==0)&&(b=D(M(),Q,Z))},P=()=>{let[t,c]=B(" +
  "M(),m,m.width/2,m.height/2);return U(n,t,c,1/0,v)};oe(l,{move:(t,c)=>{b=D(M(),t,c),s.hidden=!0,E()}," +
  "zoom:u,hover:(t,c)=>{T(x(t,c))},leave:()=>{T(-1)},click:(t,c)=>{R(x(t,c))}}),l.addEventListener(\"key" +
  "down\",t=>{if(t.ctrlKey||t.metaKey||t.altKey)return;let c=Object.hasOwn(W,t.key)?W[t.key]:void 0;if(c" +
  "){let w=g<0?h<0?P():h:ce(n,g,c,v);w>=0&&(L(w),T(w))}else if(t.key===\"Enter\"||t.key===\" \")R(g<0?P():g" +
  ");else if(t.key===\"+\"||t.key===\"=\")y(1.5);else if(t.key===\"-\")y(1/1.5);else if(t.key===\"0\"||t.key===" +
  "\"Escape\")b=void 0,t.key===\"Escape\"&&(h=-1),T(-1),E();else return;t.preventDefault()}),l.addEventList" +
  "ener(\"blur\",()=>{T(-1)});for(let t of o.querySelectorAll(\"[data-zoom]\"))t.addEventListener(\"click\",(" +
  ")=>{t.dataset.zoom===\"all\"?(b=void 0,E()):y(t.dataset.zoom===\"in\"?1.5:1/1.5)});let z=[...o.querySele" +
  "ctorAll(\"[data-class]\")],X=t=>{S=t;for(let c of z)c.setAttribute(\"aria-pressed\",String(Number(c.data" +
  "set.class)===t));E()};for(let t of z)t.addEventListener(\"click\",()=>{let c=Number(t.dataset.class);X" +
  "(S===c?void 0:c)});let $=o.querySelector(\"[data-classes]\");return $?.addEventListener(\"change\",()=>{" +
  "X($.value===\"\"?void 0:Number($.value))}),new ResizeObserver(E).observe(l),r.ready.then(E),E(),{choos" +
  "e:j,redraw:A}}var{maps:me,galleries:ue}=JSON.parse(document.getElementById(\"data\")?.textContent??\"{}" +
  "\"),be=ue.map(se),_=[];document.querySelectorAll(\"[data-map]\").forEach((o,n)=>{let e=me[n],r=be[e.gal" +
  "lery],a=de(o,e,ue[e.gallery],r,l=>{me.forEach((d,s)=>{s!==n&&d.gallery===e.gallery&&_[s].choose(l)})" +
  "});_.push(a)});var J=()=>{for(let o of _)o.redraw()};for(let o of[\"(prefers-color-scheme: dark)\",\"pr" +
  "int\"])window.matchMedia(o).addEventListener(\"change\",J);window.addEventListener(\"beforeprint\",J);win" +
  "dow.addEventListener(\"afterprint\",J);})();";

/** How the page looks. */
export const STYLE =
  ":root{color-scheme:light dark;--paper: #fdfcfa;--raised: #ffffff;--ink: #1c2230;--muted: #626a79;--l" +
  "ine: #e4e1da;--accent: #2f55d4;--warn: #b3362a;--gap: clamp(2.5rem, 6vw, 4.5rem)}@media screen and (" +
  "prefers-color-scheme:dark){:root{--paper: #14161b;--raised: #1b1e25;--ink: #e7e8ec;--muted: #9ca3b0;" +
  "--line: #2d313a;--accent: #8da5ff;--warn: #ff8d80}}*{box-sizing:border-box}html{scroll-behavior:smoo" +
  "th;-webkit-text-size-adjust:100%}body{margin:0;background:var(--paper);color:var(--ink);font:1rem/1." +
  "55 system-ui,-apple-system,Segoe UI,Roboto,Helvetica Neue,Arial,sans-serif;overflow-wrap:break-word}" +
  "header,main,footer{max-width:70rem;margin:0 auto;padding:0 clamp(1rem,4vw,2.5rem)}header{padding-top" +
  ":clamp(2rem,6vw,4rem)}h1{margin:0;font-size:clamp(1.75rem,1.2rem + 2.5vw,2.75rem);line-height:1.15;f" +
  "ont-weight:650;letter-spacing:-.02em}h2{margin:0 0 .25rem;font-size:1.375rem;line-height:1.25;font-w" +
  "eight:650;letter-spacing:-.01em}h3{margin:2rem 0 .5rem;font-size:1rem;font-weight:650}.kicker,.note," +
  "small,figcaption,dt,footer{color:var(--muted)}.kicker{margin:0 0 .5rem}.note,figcaption,small{font-s" +
  "ize:.875rem;line-height:1.45}.skip{position:absolute;left:-100rem;top:.5rem;padding:.5rem 1rem;backg" +
  "round:var(--raised);color:var(--accent)}.skip:focus{left:.5rem;z-index:2}:focus-visible{outline:2px " +
  "solid var(--accent);outline-offset:2px;border-radius:3px}.unseen{position:absolute;width:1px;height:" +
  "1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}footer{padding-top:var(--gap);padding-bo" +
  "ttom:3rem;font-size:.875rem}@media(prefers-reduced-motion:reduce){html{scroll-behavior:auto}}:root{-" +
  "-raw: #b0760f;--untrained: #818a9b;--supervised: #1c8a5e;--run-0: #2f55d4;--run-1: #d1495b;--run-2: " +
  "#1c8a5e;--run-3: #b0760f;--run-4: #7a4fc4;--run-5: #12829e;--run-6: #a9447f;--run-7: #5b6b2f;--phase" +
  "-0: #c9cfdd;--phase-1: #e0b25a;--phase-2: #2f55d4;--phase-3: #8ea3e6;--class-0: #3464d9;--class-1: #" +
  "d9822b;--class-2: #cf4255;--class-3: #2aa198;--class-4: #57983a;--class-5: #c29a10;--class-6: #8457c" +
  "9;--class-7: #d46aa4;--class-8: #8a6650;--class-9: #6c7686;--shade: 47, 85, 212}@media screen and (p" +
  "refers-color-scheme:dark){:root{--raw: #dfa94a;--untrained: #8f98a9;--supervised: #56c596;--run-0: #" +
  "8da5ff;--run-1: #ff8b98;--run-2: #56c596;--run-3: #dfa94a;--run-4: #b99bf5;--run-5: #58bfdb;--run-6:" +
  " #e88fc2;--run-7: #b5c66f;--phase-0: #454c5c;--phase-1: #b98d3c;--phase-2: #7c95f2;--phase-3: #4a5da" +
  "8;--class-0: #7d9bff;--class-1: #f0a35a;--class-2: #f2798a;--class-3: #4fc7bd;--class-4: #8cca6c;--c" +
  "lass-5: #e3c04a;--class-6: #b08df0;--class-7: #f093c6;--class-8: #c09a82;--class-9: #a3adbd;--shade:" +
  " 125, 155, 255}}section>.note{max-width:44rem;margin:0 0 1.5rem;font-size:.9375rem}section{margin-to" +
  "p:var(--gap);padding-top:1.5rem;border-top:1px solid var(--line)}#summary{margin-top:2rem;border-top" +
  ":0;padding-top:0}nav ul,.legend{display:flex;flex-wrap:wrap;gap:.25rem 1.25rem;margin:1.25rem 0 0;pa" +
  "dding:0;list-style:none}nav a{display:inline-block;padding:.25rem 0;color:var(--muted);text-decorati" +
  "on:none}nav a:hover,nav a:focus-visible{color:var(--accent);text-decoration:underline;text-underline" +
  "-offset:.25em}.legend{margin:0 0 1.25rem;font-size:.9375rem}figure{margin:0}.cards{display:grid;grid" +
  "-template-columns:repeat(auto-fit,minmax(8.5rem,1fr));gap:1.75rem 1.5rem;margin:0}.cards div{display" +
  ":flex;flex-direction:column-reverse;justify-content:flex-end}.cards dt{font-size:.875rem;line-height" +
  ":1.4}.cards dt small{color:var(--ink)}.cards dd{margin:0;font-size:1.875rem;line-height:1.3;font-wei" +
  "ght:600;letter-spacing:-.02em;font-variant-numeric:tabular-nums}.grid{display:grid;grid-template-col" +
  "umns:repeat(auto-fill,minmax(min(100%,17.5rem),1fr));gap:2rem 2.5rem}.curve figcaption:first-child{d" +
  "isplay:flex;flex-wrap:wrap;justify-content:space-between;gap:0 .75rem;min-height:2.75rem;margin-bott" +
  "om:.25rem}.curve figcaption .note{flex-basis:100%}.curve strong{color:var(--ink);font-weight:600}.la" +
  "st{color:var(--ink);font-variant-numeric:tabular-nums}.last>span{white-space:nowrap;margin-right:.62" +
  "5rem}.last>span:last-child{margin-right:0}.warn{color:var(--warn)}.key{white-space:nowrap;margin-rig" +
  "ht:.5rem}.chart{display:block;width:100%;height:auto;overflow:visible;font:11.5px system-ui,sans-ser" +
  "if;font-variant-numeric:tabular-nums}.beside{display:grid;grid-template-columns:minmax(0,1fr);gap:1." +
  "5rem 3rem;align-items:center}@media(min-width:52rem){.beside{grid-template-columns:minmax(0,1.35fr) " +
  "minmax(0,1fr)}}.stacked{display:grid;grid-template-columns:minmax(0,1fr);gap:1.5rem}.missing{margin:" +
  ".5rem 0;padding:.75rem 1rem;border-left:3px solid var(--line);color:var(--muted)}.remarks{margin:0 0" +
  " 1.5rem;padding:.75rem 1rem .75rem 2rem;border-left:3px solid var(--raw)}.curve,.scroll{position:rel" +
  "ative}.scroll{overflow-x:auto;max-width:100%}table{border-collapse:collapse;font-size:.9375rem;font-" +
  "variant-numeric:tabular-nums}th,td{padding:.5rem 1.25rem .5rem 0;text-align:left;vertical-align:top;" +
  "font-weight:400}thead th{color:var(--muted);font-size:.875rem;white-space:nowrap}tbody tr{border-top" +
  ":1px solid var(--line)}.numbers{min-width:100%}.numbers td,.numbers thead th:not(:first-child){text-" +
  "align:right;padding:.5rem 0 .5rem 1.25rem}.numbers td{white-space:nowrap}.numbers tbody th{min-width" +
  ":6.5rem}.numbers .text.text{text-align:left;white-space:normal}.numbers strong{font-weight:650}td sm" +
  "all{font-size:.8125rem}.settings th{min-width:11rem;overflow-wrap:normal}.settings td{max-width:32re" +
  "m}.settings thead th{white-space:normal}.mark{color:var(--accent);font-weight:700}code,.settings td," +
  ".name,h1{overflow-wrap:anywhere}code{font:.875em ui-monospace,SFMono-Regular,Menlo,Consolas,monospac" +
  "e}.swatch{display:inline-block;width:.625rem;height:.625rem;margin-right:.4rem;border-radius:50%;bac" +
  "kground:var(--muted)}.swatch.raw{background:var(--raw)}.swatch.untrained{background:var(--untrained)" +
  "}.swatch.supervised{background:var(--supervised)}.run-0{background:var(--run-0)}.run-1{background:va" +
  "r(--run-1)}.run-2{background:var(--run-2)}.run-3{background:var(--run-3)}.run-4{background:var(--run" +
  "-4)}.run-5{background:var(--run-5)}.run-6{background:var(--run-6)}.run-7{background:var(--run-7)}.ph" +
  "ase-0{background:var(--phase-0)}.phase-1{background:var(--phase-1)}.phase-2{background:var(--phase-2" +
  ")}.phase-3{background:var(--phase-3)}.class-0{background:var(--class-0)}.class-1{background:var(--cl" +
  "ass-1)}.class-2{background:var(--class-2)}.class-3{background:var(--class-3)}.class-4{background:var" +
  "(--class-4)}.class-5{background:var(--class-5)}.class-6{background:var(--class-6)}.class-7{backgroun" +
  "d:var(--class-7)}.class-8{background:var(--class-8)}.class-9{background:var(--class-9)}.maps{display" +
  ":grid;grid-template-columns:minmax(0,1fr);gap:2.5rem}.map figcaption{margin-bottom:.5rem;color:var(-" +
  "-ink)}.map-body{display:grid;grid-template-columns:minmax(0,1fr);gap:1rem 2rem}@media(min-width:52re" +
  "m){.map-body{grid-template-columns:minmax(0,1fr) 17rem}.maps.several{grid-template-columns:repeat(2," +
  "minmax(0,1fr))}.several .map-body{grid-template-columns:minmax(0,1fr)}}.map-frame{position:relative}" +
  ".map canvas{display:block}.map-frame canvas{width:100%;height:clamp(20rem,60vw,36rem);border:1px sol" +
  "id var(--line);border-radius:6px;background:var(--raised);cursor:crosshair;touch-action:pan-y}.sever" +
  "al .map-frame canvas{height:clamp(18rem,42vw,28rem)}button,select{font:inherit;color:var(--ink);back" +
  "ground:var(--raised);border:1px solid var(--line);border-radius:6px;cursor:pointer}button:hover,sele" +
  "ct:hover{border-color:var(--accent)}.map-buttons{position:absolute;top:.75rem;right:.75rem;display:g" +
  "rid;gap:.375rem}.map-buttons button{width:2.5rem;height:2.5rem;font-size:1.125rem;line-height:1}.tip" +
  "{position:absolute;max-width:16rem;padding:.25rem .625rem;transform:translate(-50%,calc(-100% - 1.75" +
  "rem));border-radius:6px;background:var(--ink);color:var(--paper);font-size:.8125rem;pointer-events:n" +
  "one}.tip.below{transform:translate(-50%,1.75rem)}.panel .note{margin:.75rem 0 .5rem}.panel ol{displa" +
  "y:grid;grid-template-columns:repeat(auto-fill,minmax(4.75rem,1fr));gap:.5rem;margin:0;padding:0;list" +
  "-style:none}.panel button{display:flex;flex-direction:column;align-items:center;width:100%;height:10" +
  "0%;padding:.5rem .25rem .375rem;font-size:.75rem;line-height:1.3}.panel button.other{border-color:va" +
  "r(--warn);border-style:dashed}.panel canvas{border-radius:3px}.chosen{display:flex;gap:1rem}.chosen " +
  "div{display:flex;flex-direction:column;font-size:.9375rem}.chosen canvas{flex:none}.classes{margin-t" +
  "op:1rem;display:flex;flex-wrap:wrap;gap:.375rem;align-items:center;font-size:.875rem}.classes button" +
  ",.classes select{padding:.25rem .75rem}.classes [aria-pressed=true]{border-color:var(--ink);box-shad" +
  "ow:inset 0 0 0 1px var(--ink)}img{display:block;max-width:100%;border-radius:3px}.tiles,.pairs{displ" +
  "ay:grid;gap:1.25rem;margin-bottom:1.5rem}.tiles{grid-template-columns:repeat(auto-fill,minmax(5rem,6" +
  "rem))}.pairs{grid-template-columns:repeat(auto-fill,minmax(min(100%,15rem),1fr))}.tiles img,.pair im" +
  "g{width:100%;aspect-ratio:1;object-fit:contain;image-rendering:pixelated}.tiles figcaption{margin-to" +
  "p:.25rem}.pair{display:grid;grid-template-columns:repeat(3,minmax(0,1fr));gap:.25rem}.pair img:first" +
  "-child{margin-right:.25rem}figcaption.below{margin-top:.5rem}.two{display:grid;grid-template-columns" +
  ":repeat(auto-fit,minmax(min(100%,24rem),1fr));gap:0 3rem}.two>div>h3:first-child{margin-top:0}.setti" +
  "ngs{min-width:100%}.matrices{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,26re" +
  "m),1fr));gap:2rem 3rem}.matrix{font-size:.8125rem}.matrix td{min-width:2.5rem;height:2.25rem;padding" +
  ":0 .25rem;text-align:center;vertical-align:middle;border:1px solid var(--paper)}.matrix tbody tr{bor" +
  "der:0}.matrix th{padding:.125rem .75rem .125rem 0;vertical-align:middle;white-space:nowrap}.matrix t" +
  "head th{height:6.5rem;padding:0 0 .5rem;vertical-align:bottom;text-align:center}.matrix thead span{w" +
  "riting-mode:vertical-rl;transform:rotate(180deg)}.matrix .right{font-weight:650}.shade-0{color:var(-" +
  "-muted);background:rgba(var(--shade),.04)}.shade-1{background:rgba(var(--shade),.12)}.shade-2{backgr" +
  "ound:rgba(var(--shade),.19)}.shade-3{background:rgba(var(--shade),.26)}.shade-4{background:rgba(var(" +
  "--shade),.33)}.shade-5{background:rgba(var(--shade),.4)}.shade-6{background:rgba(var(--shade),.47)}." +
  "shade-7{background:rgba(var(--shade),.54)}.shade-8{background:rgba(var(--shade),.6)}.shade-9{backgro" +
  "und:rgba(var(--shade),.66)}@media(max-width:30rem){.cards{grid-template-columns:repeat(2,minmax(0,1f" +
  "r))}.cards dd{font-size:1.625rem}th,td{padding-right:.75rem}.numbers td,.numbers thead th:not(:first" +
  "-child){padding-left:.75rem}.settings th{min-width:8rem}thead th{white-space:normal}}@media print{:r" +
  "oot{color-scheme:light;--paper: #ffffff;--gap: 1.5rem}body{font-size:10pt}header,main,footer{max-wid" +
  "th:none;padding-left:0;padding-right:0}header{padding-top:0}nav,.skip,.map-buttons,.tip,.map .note,#" +
  "map-help{display:none}.grid,.scroll,.matrices{break-before:avoid}.matrices .beside{grid-template-col" +
  "umns:minmax(0,1fr)}.cards{grid-template-columns:repeat(6,minmax(0,1fr))}.cards dd{font-size:1.25rem}" +
  "figure,p,tr,.cards,.matrix,.pair{break-inside:avoid}h2,h3,.note{break-after:avoid}.grid{grid-templat" +
  "e-columns:repeat(3,1fr);gap:1rem 1.5rem}.beside{grid-template-columns:minmax(0,1.35fr) minmax(0,1fr)" +
  "}.map-body{grid-template-columns:minmax(0,1fr)}.map-frame canvas{height:14cm}.several .map-frame can" +
  "vas{height:8cm}.scroll{overflow:visible}*{print-color-adjust:exact;-webkit-print-color-adjust:exact}" +
  "}";
