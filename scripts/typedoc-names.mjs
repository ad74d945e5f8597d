/**
 * A plugin of typedoc: documents are called by their first heading and stand in groups, modules are called by what one
 * imports, and links to the first page work from the disk too.
 */
import {Converter, PageEvent, ReflectionKind} from 'typedoc';

const GROUPS = {docs: 'Guides', packages: 'Packages', examples: 'Examples'};

export function load(app) {
  app.converter.on(Converter.EVENT_CREATE_DOCUMENT, (_, document) => {
    const [, title] = /^# +(.+)$/m.exec(document.content.map(({text}) => text).join('')) ?? [];
    document.frontmatter.group ??= GROUPS[document.name.split('/')[0]] ?? 'Project';
    if (title) document.name = title.replaceAll('`', '');
  });
  app.converter.on(Converter.EVENT_CREATE_DECLARATION, (_, declaration) => {
    if (declaration.kind !== ReflectionKind.Module) return;
    const [name, , entry] = declaration.name.split('/'); // augment/src, train/src/node
    declaration.name = [name === 'contrastive' ? name : `@contrastive/${name}`, entry].filter(Boolean).join('/');
  });
  app.renderer.on(PageEvent.END, page => {
    page.contents = page.contents?.replace(/href="((?:\.\.\/)+)#/g, 'href="$1index.html#');
  });
}
