// Written by scripts/report-page.mjs from page/; do not edit.

/** What runs in the page. */
export const SCRIPT =
  "\"use strict\";(()=>{function ee(o,t,e){let r={width:e.width-48-48,height:e.height-48},a=Math.max(1,Ma" +
  "th.min(r.width/(o||1),r.height/(t||1)));return{x:o/2+48/2/a,y:t/2,scale:a}}var z=({x:o,y:t,scale:e}," +
  "r,a,l)=>[r.width/2+(a-o)*e,r.height/2+(l-t)*e],B=({x:o,y:t,scale:e},r,a,l)=>[o+(a-r.width/2)/e,t+(l-" +
  "r.height/2)/e];function te(o,t,e,r,a,l){let c=Math.min(60*l,Math.max(.5*l,o.scale*e)),[s,i]=B(o,t,r," +
  "a);return{x:s-(r-t.width/2)/c,y:i-(a-t.height/2)/c,scale:c}}var D=({x:o,y:t,scale:e},r,a)=>({x:o-r/e" +
  ",y:t-a/e,scale:e});function ne(o,t){let e=new Map,r=0,a=s=>{let{left:i,top:u}=o.getBoundingClientRec" +
  "t();return{x:s.clientX-i,y:s.clientY-u}},l=()=>{let[s,i]=[...e.values()];return Math.hypot(s.x-i.x,s" +
  ".y-i.y)};o.addEventListener(\"pointerdown\",s=>{s.button===0&&(e.size===0&&(r=0),e.set(s.pointerId,a(s" +
  ")),o.setPointerCapture(s.pointerId))}),o.addEventListener(\"pointermove\",s=>{let i=a(s),u=e.get(s.poi" +
  "nterId);if(!u){s.pointerType===\"mouse\"&&t.hover(i.x,i.y);return}if(r+=Math.hypot(i.x-u.x,i.y-u.y),e." +
  "size===1){r>5&&t.move(i.x-u.x,i.y-u.y),e.set(s.pointerId,i);return}let f=l();e.set(s.pointerId,i);le" +
  "t[p,b]=[...e.values()];f>0&&t.zoom(l()/f,(p.x+b.x)/2,(p.y+b.y)/2)});let c=s=>{let i=e.get(s.pointerI" +
  "d);e.delete(s.pointerId),i&&s.type===\"pointerup\"&&e.size===0&&r<=5&&t.click(i.x,i.y)};o.addEventList" +
  "ener(\"pointerup\",c),o.addEventListener(\"pointercancel\",c),o.addEventListener(\"pointerleave\",()=>{t.l" +
  "eave()}),o.addEventListener(\"wheel\",s=>{if(document.activeElement!==o&&!s.ctrlKey)return;s.preventDe" +
  "fault();let{x:i,y:u}=a(s);t.zoom(Math.exp(-s.deltaY/(s.ctrlKey?80:400)),i,u)},{passive:!1})}var ue=1" +
  "60,I={plain:36,near:44,chosen:56},oe=10;function pe(o){let t=getComputedStyle(o),e=r=>t.getPropertyV" +
  "alue(r).trim();return{accent:e(\"--accent\"),ink:e(\"--ink\"),paper:e(\"--paper\"),faint:e(\"--line\"),class" +
  "es:Array.from({length:oe},(r,a)=>e(`--class-${a}`))}}function re(o,t){let e=o.getContext(\"2d\");if(!e" +
  ")return;let{points:r,camera:a,frame:l,labels:c,isShown:s,chosen:i,neighbours:u,at:f,sprites:p}=t,b=M" +
  "ath.min(3,window.devicePixelRatio||1),[h,M]=[Math.round(l.width*b),Math.round(l.height*b)];(o.width!" +
  "==h||o.height!==M)&&([o.width,o.height]=[h,M]),e.setTransform(b,0,0,b,0,0),e.clearRect(0,0,l.width,l" +
  ".height);let E=pe(o),k=d=>c?E.classes[c[d]%oe]:E.accent,L=d=>z(a,l,r.x[d],r.y[d]),H=[];for(let d=0;d" +
  "<r.x.length;d++){let[w,x]=L(d);w>-I.near&&x>-I.near&&w<l.width+I.near&&x<l.height+I.near&&H.push(d)}" +
  "let F=H.filter(s),S=F.length<=ue,A=(d,w)=>{let[x,v]=L(d);e.beginPath(),e.arc(x,v,w,0,2*Math.PI),e.fi" +
  "ll()},g=(d,w,x,v)=>{let[P,R]=L(d);e.fillStyle=x,e.fillRect(P-w/2-v,R-w/2-v,w+2*v,w+2*v),p.draw(e,d,P" +
  "-w/2,R-w/2,w)};e.fillStyle=E.faint;for(let d of H)s(d)||A(d,1.75);let T=r.x.length>3e3?2:r.x.length>" +
  "600?2.75:3.5;e.globalAlpha=i>=0&&!S?.35:.85;for(let d of F)e.fillStyle=k(d),S?g(d,I.plain,k(d),1.5):" +
  "A(d,T);if(e.globalAlpha=1,i>=0){let[d,w]=L(i);e.strokeStyle=E.ink,e.lineWidth=1;for(let x of u){let[" +
  "v,P]=L(x);e.beginPath(),e.moveTo(d,w),e.lineTo(v,P),e.stroke()}for(let x of[...u].reverse()){let[v,P" +
  "]=L(x);e.fillStyle=E.ink,Math.hypot(v-d,P-w)<I.chosen?(A(x,T+2.5),e.fillStyle=k(x),A(x,T+1)):g(x,I.n" +
  "ear,k(x),2)}S?g(i,I.chosen,E.ink,2.5):(e.fillStyle=E.ink,A(i,T+5),e.fillStyle=k(i),A(i,T+2.5))}if(f<" +
  "0)return;let[j,N]=L(f);e.strokeStyle=E.ink,e.lineWidth=2,e.beginPath(),e.arc(j,N,f===i||S?.8*I.plain" +
  ":8,0,2*Math.PI),e.stroke()}function ie({sheets:o,perSheet:t,columns:e,tile:r}){let a=o.map(l=>{let c" +
  "=new Image;return c.src=l,c});return{draw(l,c,s,i,u){let f=a[Math.floor(c/t)];if(!f?.complete)return" +
  ";let p=c%t,[b,h]=[p%e*r,Math.floor(p/e)*r];l.imageSmoothingEnabled=u<2*r,l.drawImage(f,b,h,r,r,s,i,u" +
  ",u)},ready:Promise.allSettled(a.map(l=>l.decode()))}}function K(o,t,e,r){let a=document.createElemen" +
  "t(\"canvas\"),l=Math.round(e*Math.min(3,window.devicePixelRatio||1));[a.width,a.height]=[l,l],a.style." +
  "width=a.style.height=`${e}px`,a.setAttribute(\"role\",\"img\"),a.setAttribute(\"aria-label\",r);let c=a.ge" +
  "tContext(\"2d\");return c&&o.ready.then(()=>{o.draw(c,t,0,0,l)}),a}var se={near:56,chosen:96};function" +
  " V({labels:o,classNames:t},e){let r=o?.[e];return r===void 0?void 0:t?.[r]??String(r)}function G(o,t" +
  ",e=\"\"){let r=document.createElement(o);return r.textContent=t,e&&(r.className=e),r}function ae(o,t,e" +
  ",r,a,l){let c=V(t,r),s=document.createElement(\"div\");s.className=\"chosen\";let i=document.createEleme" +
  "nt(\"div\");i.append(G(\"strong\",t.names[r],\"name\")),c!==void 0&&i.append(G(\"span\",c)),s.append(K(e,r,s" +
  "e.chosen,t.names[r]),i);let u=document.createElement(\"ol\");for(let{image:f,similarity:p}of a){let b=" +
  "V(t,f),h=document.createElement(\"button\");h.type=\"button\",h.title=t.names[f],h.className=c===void 0|" +
  "|b===c?\"same\":\"other\",h.append(K(e,f,se.near,t.names[f])),b!==void 0&&h.append(G(\"span\",b)),h.append" +
  "(G(\"small\",p.toFixed(2))),h.addEventListener(\"click\",()=>{l(f)});let M=document.createElement(\"li\");" +
  "M.append(h),u.append(M)}o.replaceChildren(s,G(\"p\",\"Nearest, with their cosine similarity:\",\"note\"),u" +
  ")}function U({x:o,y:t},e,r,a,l){let[c,s]=[-1,a*a];for(let i=0;i<o.length;i++){let u=(o[i]-e)**2+(t[i" +
  "]-r)**2;u<=s&&l(i)&&([c,s]=[i,u])}return c}var W={ArrowLeft:[-1,0],ArrowRight:[1,0],ArrowUp:[0,-1],A" +
  "rrowDown:[0,1]};function le({x:o,y:t},e,[r,a],l){let[c,s]=[e,1/0];for(let i=0;i<o.length;i++){if(i==" +
  "=e||!l(i))continue;let u=(o[i]-o[e])*r+(t[i]-t[e])*a,f=Math.abs((o[i]-o[e])*a)+Math.abs((t[i]-t[e])*" +
  "r);if(u<=0||f>u)continue;let p=u+2*f;p<s&&([c,s]=[i,p])}return c}var he=22;function Y(o,t){let e=o.q" +
  "uerySelector(t);if(!e)throw new Error(`The page lacks ${t}.`);return e}function ce(o,t,e,r,a){let l=" +
  "Y(o,\"canvas\"),[c,s]=[Y(o,\".panel\"),Y(o,\".tip\")],i=n=>n.reduce((m,y)=>Math.max(m,y),0),[u,f]=[i(t.x)," +
  "i(t.y)],p={width:1,height:1},b,[h,M]=[-1,-1],E,k=!1,L=n=>E===void 0||e.labels?.[n]===E,H=n=>t.neighb" +
  "ours.slice(n*t.neighbourCount,(n+1)*t.neighbourCount),F=()=>ee(u,f,p),S=()=>b??F(),A=()=>{k=!1;let{c" +
  "lientWidth:n,clientHeight:m}=l;if(n===0)return;p={width:n,height:m};let y=h<0?[]:H(h);re(l,{points:t" +
  ",camera:S(),frame:p,labels:e.labels,isShown:L,chosen:h,neighbours:y,at:M,sprites:r})},g=()=>{k||(k=!" +
  "0,requestAnimationFrame(A))},T=n=>{if(M!==n){if(M=n,s.hidden=n<0,n>=0){let[m,y]=z(S(),p,t.x[n],t.y[n" +
  "]),C=V(e,n);s.textContent=C===void 0?e.names[n]:`${e.names[n]} \\xB7 ${C}`,s.style.left=`${Math.min(M" +
  "ath.max(m,70),p.width-70)}px`,s.style.top=`${y}px`,s.classList.toggle(\"below\",y<60)}g()}},j=n=>{h=n;" +
  "let m=n*t.neighbourCount,y=H(n).map((C,O)=>({image:C,similarity:t.similarities[m+O]}));ae(c,e,r,n,y," +
  "N),g()},N=n=>{n<0||(j(n),a(n))},d=(n,m=p.width/2,y=p.height/2)=>{b=te(S(),p,n,m,y,F().scale),s.hidde" +
  "n=!0,g()},w=(n,m)=>{let y=S(),[C,O]=B(y,p,n,m);return U(t,C,O,he/y.scale,L)},x=n=>{let[m,y]=z(S(),p," +
  "t.x[n],t.y[n]),C=40,O=(q,Z)=>q<C?C-q:q>Z-C?Z-C-q:0,[X,Q]=[O(m,p.width),O(y,p.height)];(X!==0||Q!==0)" +
  "&&(b=D(S(),X,Q))},v=()=>{let[n,m]=B(S(),p,p.width/2,p.height/2);return U(t,n,m,1/0,L)};ne(l,{move:(n" +
  ",m)=>{b=D(S(),n,m),s.hidden=!0,g()},zoom:d,hover:(n,m)=>{T(w(n,m))},leave:()=>{T(-1)},click:(n,m)=>{" +
  "N(w(n,m))}}),l.addEventListener(\"keydown\",n=>{if(n.ctrlKey||n.metaKey||n.altKey)return;let m=Object." +
  "hasOwn(W,n.key)?W[n.key]:void 0;if(m){let y=M<0?h<0?v():h:le(t,M,m,L);y>=0&&(x(y),T(y))}else if(n.ke" +
  "y===\"Enter\"||n.key===\" \")N(M<0?v():M);else if(n.key===\"+\"||n.key===\"=\")d(1.5);else if(n.key===\"-\")d(" +
  "1/1.5);else if(n.key===\"0\"||n.key===\"Escape\")b=void 0,n.key===\"Escape\"&&(h=-1),T(-1),g();else return" +
  ";n.preventDefault()}),l.addEventListener(\"blur\",()=>{T(-1)});for(let n of o.querySelectorAll(\"[data-" +
  "zoom]\"))n.addEventListener(\"click\",()=>{n.dataset.zoom===\"all\"?(b=void 0,g()):d(n.dataset.zoom===\"in" +
  "\"?1.5:1/1.5)});let P=[...o.querySelectorAll(\"[data-class]\")],R=n=>{E=n;for(let m of P)m.setAttribute" +
  "(\"aria-pressed\",String(Number(m.dataset.class)===n));g()};for(let n of P)n.addEventListener(\"click\"," +
  "()=>{let m=Number(n.dataset.class);R(E===m?void 0:m)});let $=o.querySelector(\"[data-classes]\");retur" +
  "n $?.addEventListener(\"change\",()=>{R($.value===\"\"?void 0:Number($.value))}),new ResizeObserver(g).o" +
  "bserve(l),r.ready.then(g),g(),{choose:j,redraw:A}}var{maps:de,galleries:me}=JSON.parse(document.getE" +
  "lementById(\"data\")?.textContent??\"{}\"),fe=me.map(ie),_=[];document.querySelectorAll(\"[data-map]\").fo" +
  "rEach((o,t)=>{let e=de[t],r=fe[e.gallery],a=ce(o,e,me[e.gallery],r,l=>{de.forEach((c,s)=>{s!==t&&c.g" +
  "allery===e.gallery&&_[s].choose(l)})});_.push(a)});var J=()=>{for(let o of _)o.redraw()};for(let o o" +
  "f[\"(prefers-color-scheme: dark)\",\"print\"])window.matchMedia(o).addEventListener(\"change\",J);window.a" +
  "ddEventListener(\"beforeprint\",J);window.addEventListener(\"afterprint\",J);})();";

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
  "Roboto,Helvetica Neue,Arial,sans-serif;overflow-wrap:break-word}header,main,footer{max-width:70rem;m" +
  "argin:0 auto;padding:0 clamp(1rem,4vw,2.5rem)}header{padding-top:clamp(2rem,6vw,4rem)}h1{margin:0;fo" +
  "nt-size:clamp(1.75rem,1.2rem + 2.5vw,2.75rem);line-height:1.15;font-weight:650;letter-spacing:-.02em" +
  "}h2{margin:0 0 .25rem;font-size:1.375rem;line-height:1.25;font-weight:650;letter-spacing:-.01em}h3{m" +
  "argin:2rem 0 .5rem;font-size:1rem;font-weight:650}.kicker,.note,small,figcaption,dt,footer{color:var" +
  "(--muted)}.kicker{margin:0 0 .5rem}.note,figcaption,small{font-size:.875rem;line-height:1.45}section" +
  ">.note{max-width:44rem;margin:0 0 1.5rem;font-size:.9375rem}section{margin-top:var(--gap);padding-to" +
  "p:1.5rem;border-top:1px solid var(--line)}#summary{margin-top:2rem;border-top:0;padding-top:0}nav ul" +
  ",.legend{display:flex;flex-wrap:wrap;gap:.25rem 1.25rem;margin:1.25rem 0 0;padding:0;list-style:none" +
  "}nav a{display:inline-block;padding:.25rem 0;color:var(--muted);text-decoration:none}nav a:hover,nav" +
  " a:focus-visible{color:var(--accent);text-decoration:underline;text-underline-offset:.25em}.legend{m" +
  "argin:0 0 1.25rem;font-size:.9375rem}.skip{position:absolute;left:-100rem;top:.5rem;padding:.5rem 1r" +
  "em;background:var(--raised);color:var(--accent)}.skip:focus{left:.5rem;z-index:2}:focus-visible{outl" +
  "ine:2px solid var(--accent);outline-offset:2px;border-radius:3px}.unseen{position:absolute;width:1px" +
  ";height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}figure{margin:0}.cards{display:g" +
  "rid;grid-template-columns:repeat(auto-fit,minmax(8.5rem,1fr));gap:1.75rem 1.5rem;margin:0}.cards div" +
  "{display:flex;flex-direction:column-reverse;justify-content:flex-end}.cards dt{font-size:.875rem;lin" +
  "e-height:1.4}.cards dt small{color:var(--ink)}.cards dd{margin:0;font-size:1.875rem;line-height:1.3;" +
  "font-weight:600;letter-spacing:-.02em;font-variant-numeric:tabular-nums}.grid{display:grid;grid-temp" +
  "late-columns:repeat(auto-fill,minmax(min(100%,17.5rem),1fr));gap:2rem 2.5rem}.curve figcaption:first" +
  "-child{display:flex;flex-wrap:wrap;justify-content:space-between;gap:0 .75rem;min-height:2.75rem;mar" +
  "gin-bottom:.25rem}.curve figcaption .note{flex-basis:100%}.curve strong{color:var(--ink);font-weight" +
  ":600}.last{color:var(--ink);font-variant-numeric:tabular-nums}.last>span{white-space:nowrap;margin-r" +
  "ight:.625rem}.last>span:last-child{margin-right:0}.warn{color:var(--warn)}.key{white-space:nowrap;ma" +
  "rgin-right:.5rem}.chart{display:block;width:100%;height:auto;overflow:visible;font:11.5px system-ui," +
  "sans-serif;font-variant-numeric:tabular-nums}.beside{display:grid;grid-template-columns:minmax(0,1fr" +
  ");gap:1.5rem 3rem;align-items:center}@media(min-width:52rem){.beside{grid-template-columns:minmax(0," +
  "1.35fr) minmax(0,1fr)}}.stacked{display:grid;gap:1.5rem}.missing{margin:.5rem 0;padding:.75rem 1rem;" +
  "border-left:3px solid var(--line);color:var(--muted)}.remarks{margin:0 0 1.5rem;padding:.75rem 1rem " +
  ".75rem 2rem;border-left:3px solid var(--raw)}.scroll{overflow-x:auto;max-width:100%}table{border-col" +
  "lapse:collapse;font-size:.9375rem;font-variant-numeric:tabular-nums}th,td{padding:.5rem 1.25rem .5re" +
  "m 0;text-align:left;vertical-align:top;font-weight:400}thead th{color:var(--muted);font-size:.875rem" +
  ";white-space:nowrap}tbody tr{border-top:1px solid var(--line)}.numbers{min-width:100%}.numbers td,.n" +
  "umbers thead th:not(:first-child){text-align:right;padding:.5rem 0 .5rem 1.25rem}.numbers td{white-s" +
  "pace:nowrap}.numbers tbody th{min-width:6.5rem}.numbers .text.text{text-align:left;white-space:norma" +
  "l}.numbers strong{font-weight:650}td small{font-size:.8125rem}.settings th{min-width:11rem;overflow-" +
  "wrap:normal}.settings td{max-width:32rem}.settings thead th{white-space:normal}.mark{color:var(--acc" +
  "ent);font-weight:700}code,.settings td,.name,h1{overflow-wrap:anywhere}code{font:.875em ui-monospace" +
  ",SFMono-Regular,Menlo,Consolas,monospace}.swatch{display:inline-block;width:.625rem;height:.625rem;m" +
  "argin-right:.4rem;border-radius:50%;background:var(--muted)}.swatch.raw{background:var(--raw)}.swatc" +
  "h.untrained{background:var(--untrained)}.swatch.supervised{background:var(--supervised)}.run-0{backg" +
  "round:var(--run-0)}.run-1{background:var(--run-1)}.run-2{background:var(--run-2)}.run-3{background:v" +
  "ar(--run-3)}.run-4{background:var(--run-4)}.run-5{background:var(--run-5)}.run-6{background:var(--ru" +
  "n-6)}.run-7{background:var(--run-7)}.phase-0{background:var(--phase-0)}.phase-1{background:var(--pha" +
  "se-1)}.phase-2{background:var(--phase-2)}.phase-3{background:var(--phase-3)}.class-0{background:var(" +
  "--class-0)}.class-1{background:var(--class-1)}.class-2{background:var(--class-2)}.class-3{background" +
  ":var(--class-3)}.class-4{background:var(--class-4)}.class-5{background:var(--class-5)}.class-6{backg" +
  "round:var(--class-6)}.class-7{background:var(--class-7)}.class-8{background:var(--class-8)}.class-9{" +
  "background:var(--class-9)}.maps{display:grid;grid-template-columns:minmax(0,1fr);gap:2.5rem}.map fig" +
  "caption{margin-bottom:.5rem;color:var(--ink)}.map-body{display:grid;grid-template-columns:minmax(0,1" +
  "fr);gap:1rem 2rem}@media(min-width:52rem){.map-body{grid-template-columns:minmax(0,1fr) 17rem}.maps." +
  "several{grid-template-columns:repeat(2,minmax(0,1fr))}.several .map-body{grid-template-columns:minma" +
  "x(0,1fr)}}.map-frame{position:relative}.map canvas{display:block}.map-frame canvas{width:100%;height" +
  ":clamp(20rem,60vw,36rem);border:1px solid var(--line);border-radius:6px;background:var(--raised);cur" +
  "sor:crosshair;touch-action:pan-y}.several .map-frame canvas{height:clamp(18rem,42vw,28rem)}button,se" +
  "lect{font:inherit;color:var(--ink);background:var(--raised);border:1px solid var(--line);border-radi" +
  "us:6px;cursor:pointer}button:hover,select:hover{border-color:var(--accent)}.map-buttons{position:abs" +
  "olute;top:.75rem;right:.75rem;display:grid;gap:.375rem}.map-buttons button{width:2.5rem;height:2.5re" +
  "m;font-size:1.125rem;line-height:1}.tip{position:absolute;max-width:16rem;padding:.25rem .625rem;tra" +
  "nsform:translate(-50%,calc(-100% - 1.75rem));border-radius:6px;background:var(--ink);color:var(--pap" +
  "er);font-size:.8125rem;pointer-events:none}.tip.below{transform:translate(-50%,1.75rem)}.panel .note" +
  "{margin:.75rem 0 .5rem}.panel ol{display:grid;grid-template-columns:repeat(auto-fill,minmax(4.75rem," +
  "1fr));gap:.5rem;margin:0;padding:0;list-style:none}.panel button{display:flex;flex-direction:column;" +
  "align-items:center;width:100%;height:100%;padding:.5rem .25rem .375rem;font-size:.75rem;line-height:" +
  "1.3}.panel button.other{border-color:var(--warn);border-style:dashed}.panel canvas{border-radius:3px" +
  "}.chosen{display:flex;gap:1rem}.chosen div{display:flex;flex-direction:column;font-size:.9375rem}.ch" +
  "osen canvas{flex:none}.classes{display:flex;flex-wrap:wrap;gap:.375rem;align-items:center;font-size:" +
  ".875rem}.classes button,.classes select{padding:.25rem .75rem}.classes [aria-pressed=true]{border-co" +
  "lor:var(--ink);box-shadow:inset 0 0 0 1px var(--ink)}img{display:block;max-width:100%;border-radius:" +
  "3px}.tiles,.pairs{display:grid;gap:1.25rem;margin-bottom:1.5rem}.tiles{grid-template-columns:repeat(" +
  "auto-fill,minmax(5rem,6rem))}.pairs{grid-template-columns:repeat(auto-fill,minmax(min(100%,15rem),1f" +
  "r))}.tiles img,.pair img{width:100%;aspect-ratio:1;object-fit:contain;image-rendering:pixelated}.til" +
  "es figcaption{margin-top:.25rem}.pair{display:grid;grid-template-columns:repeat(3,minmax(0,1fr));gap" +
  ":.25rem}.pair img:first-child{margin-right:.25rem}figcaption.below{margin-top:.5rem}.two{display:gri" +
  "d;grid-template-columns:repeat(auto-fit,minmax(min(100%,24rem),1fr));gap:0 3rem}.two>div>h3:first-ch" +
  "ild{margin-top:0}.settings{min-width:100%}.matrices{display:grid;grid-template-columns:repeat(auto-f" +
  "it,minmax(min(100%,26rem),1fr));gap:2rem 3rem}.matrix{font-size:.8125rem}.matrix td{min-width:2.5rem" +
  ";height:2.25rem;padding:0 .25rem;text-align:center;vertical-align:middle;border:1px solid var(--pape" +
  "r)}.matrix tbody tr{border:0}.matrix th{padding:.125rem .75rem .125rem 0;vertical-align:middle;white" +
  "-space:nowrap}.matrix thead th{height:6.5rem;padding:0 0 .5rem;vertical-align:bottom;text-align:cent" +
  "er}.matrix thead span{writing-mode:vertical-rl;transform:rotate(180deg)}.matrix .right{font-weight:6" +
  "50}.shade-0{color:var(--muted);background:rgba(var(--shade),.04)}.shade-1{background:rgba(var(--shad" +
  "e),.12)}.shade-2{background:rgba(var(--shade),.19)}.shade-3{background:rgba(var(--shade),.26)}.shade" +
  "-4{background:rgba(var(--shade),.33)}.shade-5{background:rgba(var(--shade),.4)}.shade-6{background:r" +
  "gba(var(--shade),.47)}.shade-7{background:rgba(var(--shade),.54)}.shade-8{background:rgba(var(--shad" +
  "e),.6)}.shade-9{background:rgba(var(--shade),.66)}footer{padding-top:var(--gap);padding-bottom:3rem;" +
  "font-size:.875rem}@media(max-width:30rem){.cards{grid-template-columns:repeat(2,minmax(0,1fr))}.card" +
  "s dd{font-size:1.625rem}th,td{padding-right:.75rem}.numbers td,.numbers thead th:not(:first-child){p" +
  "adding-left:.75rem}.settings th{min-width:8rem}thead th{white-space:normal}}@media(prefers-reduced-m" +
  "otion:reduce){html{scroll-behavior:auto}}@media print{:root{color-scheme:light;--gap: 1.5rem}body{fo" +
  "nt-size:10pt}header,main,footer{max-width:none;padding-left:0;padding-right:0}header{padding-top:0}n" +
  "av,.skip,.map-buttons,.tip,.map .note{display:none}figure,tr,.cards,.pair{break-inside:avoid}h2,h3,s" +
  "ection>.note{break-after:avoid}.grid{grid-template-columns:repeat(3,1fr);gap:1rem 1.5rem}.beside{gri" +
  "d-template-columns:minmax(0,1.35fr) minmax(0,1fr)}.map-body{grid-template-columns:minmax(0,1fr)}.map" +
  "-frame canvas{height:14cm}.several .map-frame canvas{height:8cm}.scroll{overflow:visible}*{print-col" +
  "or-adjust:exact;-webkit-print-color-adjust:exact}}";
