// Written by scripts/report-page.mjs from page/; do not edit.

/** What runs in the page. */
export const SCRIPT =
  "\"use strict\";(()=>{function ee(o,t,e){let r=Math.min((e.width-48)/(o||1),(e.height-48)/(t||1));retur" +
  "n{x:o/2,y:t/2,scale:Math.max(1,Math.min(r,e.width,e.height*4))}}var O=({x:o,y:t,scale:e},r,c,a)=>[r." +
  "width/2+(c-o)*e,r.height/2+(a-t)*e],V=({x:o,y:t,scale:e},r,c,a)=>[o+(c-r.width/2)/e,t+(a-r.height/2)" +
  "/e];function te(o,t,e,r,c,a){let l=Math.min(60*a,Math.max(.5*a,o.scale*e)),[i,s]=V(o,t,r,c);return{x" +
  ":i-(r-t.width/2)/l,y:s-(c-t.height/2)/l,scale:l}}var B=({x:o,y:t,scale:e},r,c)=>({x:o-r/e,y:t-c/e,sc" +
  "ale:e});function ne(o,t){let e=new Map,r=0,c=i=>{let{left:s,top:u}=o.getBoundingClientRect();return{" +
  "x:i.clientX-s,y:i.clientY-u}},a=()=>{let[i,s]=[...e.values()];return Math.hypot(i.x-s.x,i.y-s.y)};o." +
  "addEventListener(\"pointerdown\",i=>{i.button===0&&(e.size===0&&(r=0),e.set(i.pointerId,c(i)),o.setPoi" +
  "nterCapture(i.pointerId))}),o.addEventListener(\"pointermove\",i=>{let s=c(i),u=e.get(i.pointerId);if(" +
  "!u){i.pointerType===\"mouse\"&&t.hover(s.x,s.y);return}if(r+=Math.hypot(s.x-u.x,s.y-u.y),e.size===1){r" +
  ">5&&t.move(s.x-u.x,s.y-u.y),e.set(i.pointerId,s);return}let b=a();e.set(i.pointerId,s);let[p,f]=[..." +
  "e.values()];b>0&&t.zoom(a()/b,(p.x+f.x)/2,(p.y+f.y)/2)});let l=i=>{let s=e.get(i.pointerId);e.delete" +
  "(i.pointerId),s&&i.type===\"pointerup\"&&e.size===0&&r<=5&&t.click(s.x,s.y)};o.addEventListener(\"point" +
  "erup\",l),o.addEventListener(\"pointercancel\",l),o.addEventListener(\"pointerleave\",()=>{t.leave()}),o." +
  "addEventListener(\"wheel\",i=>{if(document.activeElement!==o&&!i.ctrlKey)return;i.preventDefault();let" +
  "{x:s,y:u}=c(i);t.zoom(Math.exp(-i.deltaY/(i.ctrlKey?80:400)),s,u)},{passive:!1})}var ue=160,T={plain" +
  ":36,near:44,chosen:56},oe=10;function pe(o){let t=getComputedStyle(o),e=r=>t.getPropertyValue(r).tri" +
  "m();return{accent:e(\"--accent\"),ink:e(\"--ink\"),paper:e(\"--paper\"),faint:e(\"--line\"),classes:Array.fr" +
  "om({length:oe},(r,c)=>e(`--class-${c}`))}}function re(o,t){let e=o.getContext(\"2d\");if(!e)return;let" +
  "{points:r,camera:c,frame:a,labels:l,isShown:i,chosen:s,neighbours:u,at:b,sprites:p}=t,f=Math.min(3,w" +
  "indow.devicePixelRatio||1),[h,g]=[Math.round(a.width*f),Math.round(a.height*f)];(o.width!==h||o.heig" +
  "ht!==g)&&([o.width,o.height]=[h,g]),e.setTransform(f,0,0,f,0,0),e.clearRect(0,0,a.width,a.height);le" +
  "t S=pe(o),k=m=>l?S.classes[l[m]%oe]:S.accent,v=m=>O(c,a,r.x[m],r.y[m]),I=[];for(let m=0;m<r.x.length" +
  ";m++){let[w,M]=v(m);w>-T.near&&M>-T.near&&w<a.width+T.near&&M<a.height+T.near&&I.push(m)}let F=I.fil" +
  "ter(i),E=F.length<=ue,R=(m,w)=>{let[M,L]=v(m);e.beginPath(),e.arc(M,L,w,0,2*Math.PI),e.fill()},x=(m," +
  "w,M,L)=>{let[P,G]=v(m);e.fillStyle=M,e.fillRect(P-w/2-L,G-w/2-L,w+2*L,w+2*L),p.draw(e,m,P-w/2,G-w/2," +
  "w)};e.fillStyle=S.faint;for(let m of I)i(m)||R(m,1.75);let A=r.x.length>3e3?2:r.x.length>600?2.75:3." +
  "5;e.globalAlpha=s>=0&&!E?.35:.85;for(let m of F)e.fillStyle=k(m),E?x(m,T.plain,k(m),1.5):R(m,A);if(e" +
  ".globalAlpha=1,s>=0){let[m,w]=v(s);e.strokeStyle=S.ink,e.lineWidth=1;for(let M of u){let[L,P]=v(M);e" +
  ".beginPath(),e.moveTo(m,w),e.lineTo(L,P),e.stroke()}for(let M of[...u].reverse())x(M,T.near,k(M),2);" +
  "x(s,T.chosen,S.ink,2.5)}if(b<0)return;let[j,z]=v(b);e.strokeStyle=S.ink,e.lineWidth=2,e.beginPath()," +
  "e.arc(j,z,b===s||E?.8*T.plain:8,0,2*Math.PI),e.stroke()}function ie({sheets:o,perSheet:t,columns:e,t" +
  "ile:r}){let c=o.map(a=>{let l=new Image;return l.src=a,l});return{draw(a,l,i,s,u){let b=c[Math.floor" +
  "(l/t)];if(!b?.complete)return;let p=l%t,[f,h]=[p%e*r,Math.floor(p/e)*r];a.imageSmoothingEnabled=u<2*" +
  "r,a.drawImage(b,f,h,r,r,i,s,u,u)},ready:Promise.allSettled(c.map(a=>a.decode()))}}function K(o,t,e,r" +
  "){let c=document.createElement(\"canvas\"),a=Math.round(e*Math.min(3,window.devicePixelRatio||1));[c.w" +
  "idth,c.height]=[a,a],c.style.width=c.style.height=`${e}px`,c.setAttribute(\"role\",\"img\"),c.setAttribu" +
  "te(\"aria-label\",r);let l=c.getContext(\"2d\");return l&&o.ready.then(()=>{o.draw(l,t,0,0,a)}),c}var se" +
  "={near:56,chosen:96};function $({labels:o,classNames:t},e){let r=o?.[e];return r===void 0?void 0:t?." +
  "[r]??String(r)}function N(o,t,e=\"\"){let r=document.createElement(o);return r.textContent=t,e&&(r.cla" +
  "ssName=e),r}function ae(o,t,e,r,c,a){let l=$(t,r),i=document.createElement(\"div\");i.className=\"chose" +
  "n\";let s=document.createElement(\"div\");s.append(N(\"strong\",t.names[r],\"name\")),l!==void 0&&s.append(" +
  "N(\"span\",l)),i.append(K(e,r,se.chosen,t.names[r]),s);let u=document.createElement(\"ol\");for(let{imag" +
  "e:b,similarity:p}of c){let f=$(t,b),h=document.createElement(\"button\");h.type=\"button\",h.title=t.nam" +
  "es[b],h.className=l===void 0||f===l?\"same\":\"other\",h.append(K(e,b,se.near,t.names[b])),f!==void 0&&h" +
  ".append(N(\"span\",f)),h.append(N(\"small\",p.toFixed(2))),h.addEventListener(\"click\",()=>{a(b)});let g=" +
  "document.createElement(\"li\");g.append(h),u.append(g)}o.replaceChildren(i,N(\"p\",\"Nearest, with their " +
  "cosine similarity:\",\"note\"),u)}function W({x:o,y:t},e,r,c,a){let[l,i]=[-1,c*c];for(let s=0;s<o.lengt" +
  "h;s++){let u=(o[s]-e)**2+(t[s]-r)**2;u<=i&&a(s)&&([l,i]=[s,u])}return l}var U={ArrowLeft:[-1,0],Arro" +
  "wRight:[1,0],ArrowUp:[0,-1],ArrowDown:[0,1]};function ce({x:o,y:t},e,[r,c],a){let[l,i]=[e,1/0];for(l" +
  "et s=0;s<o.length;s++){if(s===e||!a(s))continue;let u=(o[s]-o[e])*r+(t[s]-t[e])*c,b=Math.abs((o[s]-o" +
  "[e])*c)+Math.abs((t[s]-t[e])*r);if(u<=0||b>u)continue;let p=u+2*b;p<i&&([l,i]=[s,p])}return l}var he" +
  "=22;function Y(o,t){let e=o.querySelector(t);if(!e)throw new Error(`The page lacks ${t}.`);return e}" +
  "function le(o,t,e,r,c){let a=Y(o,\"canvas\"),[l,i]=[Y(o,\".panel\"),Y(o,\".tip\")],s=n=>n.reduce((d,y)=>Ma" +
  "th.max(d,y),0),[u,b]=[s(t.x),s(t.y)],p={width:1,height:1},f,[h,g]=[-1,-1],S,k=!1,v=n=>S===void 0||e." +
  "labels?.[n]===S,I=n=>t.neighbours.slice(n*t.neighbourCount,(n+1)*t.neighbourCount),F=()=>ee(u,b,p),E" +
  "=()=>f??F(),R=()=>{k=!1;let{clientWidth:n,clientHeight:d}=a;if(n===0)return;p={width:n,height:d};let" +
  " y=h<0?[]:I(h);re(a,{points:t,camera:E(),frame:p,labels:e.labels,isShown:v,chosen:h,neighbours:y,at:" +
  "g,sprites:r})},x=()=>{k||(k=!0,requestAnimationFrame(R))},A=n=>{if(g!==n){if(g=n,i.hidden=n<0,n>=0){" +
  "let[d,y]=O(E(),p,t.x[n],t.y[n]),C=$(e,n);i.textContent=C===void 0?e.names[n]:`${e.names[n]} \\xB7 ${C" +
  "}`,i.style.left=`${Math.min(Math.max(d,70),p.width-70)}px`,i.style.top=`${y}px`,i.classList.toggle(\"" +
  "below\",y<60)}x()}},j=n=>{h=n;let d=n*t.neighbourCount,y=I(n).map((C,H)=>({image:C,similarity:t.simil" +
  "arities[d+H]}));ae(l,e,r,n,y,z),x()},z=n=>{n<0||(j(n),c(n))},m=(n,d=p.width/2,y=p.height/2)=>{f=te(E" +
  "(),p,n,d,y,F().scale),i.hidden=!0,x()},w=(n,d)=>{let y=E(),[C,H]=V(y,p,n,d);return W(t,C,H,he/y.scal" +
  "e,v)},M=n=>{let[d,y]=O(E(),p,t.x[n],t.y[n]),C=40,H=(q,Z)=>q<C?C-q:q>Z-C?Z-C-q:0,[X,Q]=[H(d,p.width)," +
  "H(y,p.height)];(X!==0||Q!==0)&&(f=B(E(),X,Q))},L=()=>{let[n,d]=V(E(),p,p.width/2,p.height/2);return " +
  "W(t,n,d,1/0,v)};ne(a,{move:(n,d)=>{f=B(E(),n,d),i.hidden=!0,x()},zoom:m,hover:(n,d)=>{A(w(n,d))},lea" +
  "ve:()=>{A(-1)},click:(n,d)=>{z(w(n,d))}}),a.addEventListener(\"keydown\",n=>{if(n.ctrlKey||n.metaKey||" +
  "n.altKey)return;let d=Object.hasOwn(U,n.key)?U[n.key]:void 0;if(d){let y=g<0?h<0?L():h:ce(t,g,d,v);y" +
  ">=0&&(M(y),A(y))}else if(n.key===\"Enter\"||n.key===\" \")z(g<0?L():g);else if(n.key===\"+\"||n.key===\"=\")" +
  "m(1.5);else if(n.key===\"-\")m(1/1.5);else if(n.key===\"0\"||n.key===\"Escape\")f=void 0,n.key===\"Escape\"&" +
  "&(h=-1),A(-1),x();else return;n.preventDefault()}),a.addEventListener(\"blur\",()=>{A(-1)});for(let n " +
  "of o.querySelectorAll(\"[data-zoom]\"))n.addEventListener(\"click\",()=>{n.dataset.zoom===\"all\"?(f=void " +
  "0,x()):m(n.dataset.zoom===\"in\"?1.5:1/1.5)});let P=[...o.querySelectorAll(\"[data-class]\")],G=n=>{S=n;" +
  "for(let d of P)d.setAttribute(\"aria-pressed\",String(Number(d.dataset.class)===n));x()};for(let n of " +
  "P)n.addEventListener(\"click\",()=>{let d=Number(n.dataset.class);G(S===d?void 0:d)});let D=o.querySel" +
  "ector(\"[data-classes]\");return D?.addEventListener(\"change\",()=>{G(D.value===\"\"?void 0:Number(D.valu" +
  "e))}),new ResizeObserver(x).observe(a),r.ready.then(x),x(),{choose:j,redraw:R}}var{maps:de,galleries" +
  ":me}=JSON.parse(document.getElementById(\"data\")?.textContent??\"{}\"),be=me.map(ie),_=[];document.quer" +
  "ySelectorAll(\"[data-map]\").forEach((o,t)=>{let e=de[t],r=be[e.gallery],c=le(o,e,me[e.gallery],r,a=>{" +
  "de.forEach((l,i)=>{i!==t&&l.gallery===e.gallery&&_[i].choose(a)})});_.push(c)});var J=()=>{for(let o" +
  " of _)o.redraw()};for(let o of[\"(prefers-color-scheme: dark)\",\"print\"])window.matchMedia(o).addEvent" +
  "Listener(\"change\",J);window.addEventListener(\"beforeprint\",J);window.addEventListener(\"afterprint\",J" +
  ");})();";

/** How the page looks. */
export const STYLE =
  ":root{color-scheme:light dark;--paper: #fdfcfa;--raised: #ffffff;--ink: #1c2230;--muted: #626a79;--l" +
  "ine: #e4e1da;--accent: #2f55d4;--raw: #b0760f;--untrained: #818a9b;--supervised: #1c8a5e;--warn: #b3" +
  "362a;--run-0: #2f55d4;--run-1: #d1495b;--run-2: #1c8a5e;--run-3: #b0760f;--run-4: #7a4fc4;--run-5: #" +
  "12829e;--run-6: #a9447f;--run-7: #5b6b2f;--phase-0: #c9cfdd;--phase-1: #e0b25a;--phase-2: #2f55d4;--" +
  "phase-3: #8ea3e6;--class-0: #3464d9;--class-1: #d9822b;--class-2: #cf4255;--class-3: #2aa198;--class" +
  "-4: #57983a;--class-5: #c29a10;--class-6: #8457c9;--class-7: #d46aa4;--class-8: #8a6650;--class-9: #" +
  "6c7686;--shade: 47, 85, 212;--gap: clamp(2.5rem, 6vw, 4.5rem)}@media screen and (prefers-color-schem" +
  "e:dark){:root{--paper: #14161b;--raised: #1b1e25;--ink: #e7e8ec;--muted: #9ca3b0;--line: #2d313a;--a" +
  "ccent: #8da5ff;--raw: #dfa94a;--untrained: #8f98a9;--supervised: #56c596;--warn: #ff8d80;--run-0: #8" +
  "da5ff;--run-1: #ff8b98;--run-2: #56c596;--run-3: #dfa94a;--run-4: #b99bf5;--run-5: #58bfdb;--run-6: " +
  "#e88fc2;--run-7: #b5c66f;--phase-0: #454c5c;--phase-1: #b98d3c;--phase-2: #7c95f2;--phase-3: #4a5da8" +
  ";--class-0: #7d9bff;--class-1: #f0a35a;--class-2: #f2798a;--class-3: #4fc7bd;--class-4: #8cca6c;--cl" +
  "ass-5: #e3c04a;--class-6: #b08df0;--class-7: #f093c6;--class-8: #c09a82;--class-9: #a3adbd;--shade: " +
  "125, 155, 255}}*{box-sizing:border-box}html{scroll-behavior:smooth;-webkit-text-size-adjust:100%}bod" +
  "y{margin:0;background:var(--paper);color:var(--ink);font:1rem/1.55 system-ui,-apple-system,Segoe UI," +
  "Roboto,Helvetica Neue,Arial,sans-serif;overflow-wrap:anywhere}header,main,footer{max-width:70rem;mar" +
  "gin:0 auto;padding:0 clamp(1rem,4vw,2.5rem)}header{padding-top:clamp(2rem,6vw,4rem)}h1{margin:0;font" +
  "-size:clamp(1.75rem,1.2rem + 2.5vw,2.75rem);line-height:1.15;font-weight:650;letter-spacing:-.02em}h" +
  "2{margin:0 0 .25rem;font-size:1.375rem;line-height:1.25;font-weight:650;letter-spacing:-.01em}h3{mar" +
  "gin:2rem 0 .5rem;font-size:1rem;font-weight:650}h3:first-letter{text-transform:uppercase}.kicker,.no" +
  "te,small,figcaption,dt,footer{color:var(--muted)}.kicker{margin:0 0 .5rem}.note,figcaption,small{fon" +
  "t-size:.875rem;line-height:1.45}section>.note{max-width:44rem;margin:0 0 1.5rem;font-size:.9375rem}s" +
  "ection{margin-top:var(--gap);padding-top:1.5rem;border-top:1px solid var(--line)}#summary{margin-top" +
  ":2rem;border-top:0;padding-top:0}nav ul,.legend{display:flex;flex-wrap:wrap;gap:.25rem 1.25rem;margi" +
  "n:1.25rem 0 0;padding:0;list-style:none}nav a{display:inline-block;padding:.25rem 0;color:var(--mute" +
  "d);text-decoration:none}nav a:hover,nav a:focus-visible{color:var(--accent);text-decoration:underlin" +
  "e;text-underline-offset:.25em}.legend{margin:0 0 1.25rem;font-size:.9375rem}.skip{position:absolute;" +
  "left:-100rem;top:.5rem;padding:.5rem 1rem;background:var(--raised);color:var(--accent)}.skip:focus{l" +
  "eft:.5rem;z-index:2}:focus-visible{outline:2px solid var(--accent);outline-offset:2px;border-radius:" +
  "3px}.unseen{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:" +
  "nowrap}figure{margin:0}.cards{display:grid;grid-template-columns:repeat(auto-fit,minmax(9.5rem,1fr))" +
  ";gap:1.5rem 2rem;margin:0}.cards div{display:flex;flex-direction:column-reverse;justify-content:flex" +
  "-end}.cards dt{font-size:.875rem;line-height:1.35}.cards dd{margin:0;font-size:2rem;line-height:1.2;" +
  "font-weight:600;letter-spacing:-.02em;font-variant-numeric:tabular-nums}.cards dd small{float:none;m" +
  "argin-left:.5rem;font-weight:400;letter-spacing:0}.grid{display:grid;grid-template-columns:repeat(au" +
  "to-fill,minmax(min(100%,17.5rem),1fr));gap:2rem 2.5rem}.curve figcaption{min-height:2.75rem}.curve s" +
  "trong{color:var(--ink);font-weight:600}.last{float:right;margin-left:.75rem;color:var(--ink);font-va" +
  "riant-numeric:tabular-nums}.last>span{white-space:nowrap;margin-left:.5rem}.warn{color:var(--warn)}." +
  "key{white-space:nowrap;margin-right:.5rem}.chart{display:block;width:100%;height:auto;overflow:visib" +
  "le;font:11.5px system-ui,sans-serif;font-variant-numeric:tabular-nums}.beside{display:grid;grid-temp" +
  "late-columns:minmax(0,1fr);gap:1.5rem 3rem;align-items:center}@media(min-width:52rem){.beside{grid-t" +
  "emplate-columns:minmax(0,1.35fr) minmax(0,1fr)}}.missing{margin:.5rem 0;padding:.75rem 1rem;border-l" +
  "eft:3px solid var(--line);color:var(--muted)}.remarks{margin:0 0 1.5rem;padding:.75rem 1rem .75rem 2" +
  "rem;border-left:3px solid var(--raw)}.scroll{overflow-x:auto;max-width:100%}table{border-collapse:co" +
  "llapse;font-size:.9375rem;font-variant-numeric:tabular-nums}th,td{padding:.5rem 1.25rem .5rem 0;text" +
  "-align:left;vertical-align:top;font-weight:400}thead th{color:var(--muted);font-size:.875rem;white-s" +
  "pace:nowrap}tbody tr{border-top:1px solid var(--line)}.numbers{min-width:100%}.numbers td,.numbers t" +
  "head th:not(:first-child){text-align:right;padding:.5rem 0 .5rem 1.25rem}.numbers td{white-space:now" +
  "rap}.numbers strong{font-weight:650}td small{font-size:.8125rem}.settings th{min-width:11rem;overflo" +
  "w-wrap:normal}.settings td{max-width:32rem}.settings thead th{white-space:normal}.mark{color:var(--a" +
  "ccent);font-weight:700}code{font:.875em ui-monospace,SFMono-Regular,Menlo,Consolas,monospace}.swatch" +
  "{display:inline-block;width:.625rem;height:.625rem;margin-right:.4rem;border-radius:50%;background:v" +
  "ar(--muted)}.swatch.raw{background:var(--raw)}.swatch.untrained{background:var(--untrained)}.swatch." +
  "supervised{background:var(--supervised)}.run-0{background:var(--run-0)}.run-1{background:var(--run-1" +
  ")}.run-2{background:var(--run-2)}.run-3{background:var(--run-3)}.run-4{background:var(--run-4)}.run-" +
  "5{background:var(--run-5)}.run-6{background:var(--run-6)}.run-7{background:var(--run-7)}.phase-0{bac" +
  "kground:var(--phase-0)}.phase-1{background:var(--phase-1)}.phase-2{background:var(--phase-2)}.phase-" +
  "3{background:var(--phase-3)}.class-0{background:var(--class-0)}.class-1{background:var(--class-1)}.c" +
  "lass-2{background:var(--class-2)}.class-3{background:var(--class-3)}.class-4{background:var(--class-" +
  "4)}.class-5{background:var(--class-5)}.class-6{background:var(--class-6)}.class-7{background:var(--c" +
  "lass-7)}.class-8{background:var(--class-8)}.class-9{background:var(--class-9)}.maps{display:grid;gri" +
  "d-template-columns:minmax(0,1fr);gap:2.5rem}.map figcaption{margin-bottom:.5rem;color:var(--ink)}.ma" +
  "p-body{display:grid;grid-template-columns:minmax(0,1fr);gap:1rem 2rem}@media(min-width:52rem){.map-b" +
  "ody{grid-template-columns:minmax(0,1fr) 17rem}.maps.several{grid-template-columns:repeat(2,minmax(0," +
  "1fr))}.several .map-body{grid-template-columns:minmax(0,1fr)}}.map-frame{position:relative}.map canv" +
  "as{display:block}.map-frame canvas{width:100%;height:clamp(20rem,60vw,36rem);border:1px solid var(--" +
  "line);border-radius:6px;background:var(--raised);cursor:crosshair;touch-action:pan-y}.several .map-f" +
  "rame canvas{height:clamp(18rem,42vw,28rem)}button,select{font:inherit;color:var(--ink);background:va" +
  "r(--raised);border:1px solid var(--line);border-radius:6px;cursor:pointer}button:hover,select:hover{" +
  "border-color:var(--accent)}.map-buttons{position:absolute;top:.75rem;right:.75rem;display:grid;gap:." +
  "375rem}.map-buttons button{width:2.5rem;height:2.5rem;font-size:1.125rem;line-height:1}.tip{position" +
  ":absolute;max-width:16rem;padding:.25rem .625rem;transform:translate(-50%,calc(-100% - 1.75rem));bor" +
  "der-radius:6px;background:var(--ink);color:var(--paper);font-size:.8125rem;pointer-events:none}.tip." +
  "below{transform:translate(-50%,1.75rem)}.panel .note{margin:.75rem 0 .5rem}.panel ol{display:grid;gr" +
  "id-template-columns:repeat(auto-fill,minmax(4.75rem,1fr));gap:.5rem;margin:0;padding:0;list-style:no" +
  "ne}.panel button{display:flex;flex-direction:column;align-items:center;width:100%;height:100%;paddin" +
  "g:.5rem .25rem .375rem;font-size:.75rem;line-height:1.3}.panel button.other{border-color:var(--warn)" +
  ";border-style:dashed}.panel canvas{border-radius:3px}.chosen{display:flex;gap:1rem}.chosen div{displ" +
  "ay:flex;flex-direction:column;font-size:.9375rem}.chosen canvas{flex:none}.classes{display:flex;flex" +
  "-wrap:wrap;gap:.375rem;align-items:center;font-size:.875rem}.classes button,.classes select{padding:" +
  ".25rem .75rem}.classes [aria-pressed=true]{border-color:var(--ink);box-shadow:inset 0 0 0 1px var(--" +
  "ink)}img{display:block;max-width:100%;border-radius:3px}.tiles,.pairs{display:grid;gap:1.25rem;margi" +
  "n-bottom:1.5rem}.tiles{grid-template-columns:repeat(auto-fill,minmax(5rem,6rem))}.pairs{grid-templat" +
  "e-columns:repeat(auto-fill,minmax(min(100%,15rem),1fr))}.tiles img,.pair img{width:100%;aspect-ratio" +
  ":1;object-fit:contain;image-rendering:pixelated}.tiles figcaption{margin-top:.25rem}.pair{display:gr" +
  "id;grid-template-columns:repeat(3,minmax(0,1fr));gap:.25rem}.pair img:first-child{margin-right:.25re" +
  "m}.matrices{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,26rem),1fr));gap:2rem" +
  " 3rem}.matrix{font-size:.8125rem}.matrix td{min-width:2.5rem;height:2.25rem;padding:0 .25rem;text-al" +
  "ign:center;vertical-align:middle;border:1px solid var(--paper)}.matrix tbody tr{border:0}.matrix th{" +
  "padding:.125rem .75rem .125rem 0;vertical-align:middle;white-space:nowrap}.matrix thead th{height:6." +
  "5rem;padding:0 0 .5rem;vertical-align:bottom;text-align:center}.matrix thead span{writing-mode:verti" +
  "cal-rl;transform:rotate(180deg)}.matrix .right{font-weight:650}.shade-0{color:var(--muted);backgroun" +
  "d:rgba(var(--shade),.04)}.shade-1{background:rgba(var(--shade),.12)}.shade-2{background:rgba(var(--s" +
  "hade),.19)}.shade-3{background:rgba(var(--shade),.26)}.shade-4{background:rgba(var(--shade),.33)}.sh" +
  "ade-5{background:rgba(var(--shade),.4)}.shade-6{background:rgba(var(--shade),.47)}.shade-7{backgroun" +
  "d:rgba(var(--shade),.54)}.shade-8{background:rgba(var(--shade),.6)}.shade-9{background:rgba(var(--sh" +
  "ade),.66)}footer{padding-top:var(--gap);padding-bottom:3rem;font-size:.875rem}@media(max-width:30rem" +
  "){.cards{grid-template-columns:repeat(2,minmax(0,1fr))}.cards dd{font-size:1.625rem}.cards dd small{" +
  "display:block;margin:0}th,td{padding-right:.75rem}.numbers td,.numbers thead th:not(:first-child){pa" +
  "dding-left:.75rem}.settings th{min-width:8rem}}@media(prefers-reduced-motion:reduce){html{scroll-beh" +
  "avior:auto}}@media print{:root{color-scheme:light;--gap: 1.5rem}body{font-size:10pt}header,main,foot" +
  "er{max-width:none;padding-left:0;padding-right:0}header{padding-top:0}nav,.skip,.map-buttons,.tip,.m" +
  "ap .note{display:none}figure,tr,.cards,.pair{break-inside:avoid}h2,h3,section>.note{break-after:avoi" +
  "d}.grid{grid-template-columns:repeat(3,1fr);gap:1rem 1.5rem}.beside{grid-template-columns:minmax(0,1" +
  ".35fr) minmax(0,1fr)}.map-body{grid-template-columns:minmax(0,1fr)}.map-frame canvas{height:14cm}.se" +
  "veral .map-frame canvas{height:8cm}.scroll{overflow:visible}*{print-color-adjust:exact;-webkit-print" +
  "-color-adjust:exact}}";
