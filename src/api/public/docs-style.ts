/** The style of the page that shows the API. */
export const docsStyle = `
:root { color-scheme: light dark; --line: #d9dee4; --soft: #f4f6f8; --text: #1c2430; --dim: #5c6875; --link: #0b5cad; }
@media (prefers-color-scheme: dark) {
  :root { --line: #333b45; --soft: #1d232b; --text: #e4e8ed; --dim: #9aa6b2; --link: #74b3f5; }
  body { background: #14181d; }
}
* { box-sizing: border-box; }
html { scroll-padding-top: 1rem; }
body { margin: 0; color: var(--text); font: 16px/1.5 system-ui, sans-serif; display: grid; grid-template-columns: 17rem minmax(0, 1fr); }
nav { position: sticky; top: 0; height: 100vh; overflow-y: auto; padding: 1.5rem 1rem; background: var(--soft); border-right: 1px solid var(--line); font-size: .875rem; }
nav h2 { font-size: .75rem; text-transform: uppercase; letter-spacing: .06em; color: var(--dim); margin: 1.25rem 0 .25rem; }
nav ul { list-style: none; margin: 0; padding: 0; }
nav a { display: block; padding: .15rem 0; color: var(--text); text-decoration: none; }
nav a:hover, nav a:focus { color: var(--link); text-decoration: underline; }
main { padding: 2rem clamp(1rem, 4vw, 3.5rem) 6rem; max-width: 66rem; }
h1 { margin: 0 0 .25rem; font-size: 1.75rem; }
h2 { margin-top: 3rem; border-bottom: 1px solid var(--line); padding-bottom: .25rem; }
section h3 { margin: 2.25rem 0 .25rem; font-size: 1.05rem; }
h4 { margin: 1rem 0 .25rem; font-size: .8rem; color: var(--dim); text-transform: uppercase; letter-spacing: .05em; }
a { color: var(--link); }
code, .path { font: .875em/1.5 ui-monospace, "SF Mono", Menlo, Consolas, monospace; overflow-wrap: anywhere; }
.method { display: inline-block; min-width: 4.2rem; text-align: center; padding: .05rem .4rem; margin-right: .5rem; border-radius: .25rem; color: #fff; font: 700 .75rem/1.6 ui-monospace, monospace; background: #4b5563; }
.get { background: #1766a8; } .post { background: #24763f; } .patch, .put { background: #8a5a00; } .delete { background: #a92d2d; }
.dim { color: var(--dim); font-size: .875rem; }
.table { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: .875rem; }
th, td { text-align: left; vertical-align: top; padding: .35rem .75rem .35rem 0; border-bottom: 1px solid var(--line); }
th { color: var(--dim); font-weight: 600; }
td:first-child { white-space: nowrap; }
@media (max-width: 50rem) { body { display: block; } nav { position: static; height: auto; border-right: 0; border-bottom: 1px solid var(--line); } }
`;
