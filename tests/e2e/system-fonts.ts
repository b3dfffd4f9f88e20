import type { Page } from '@playwright/test';

/** Texts of the page, but for Uyghur ones, that the browser has painted with a font of its system, each with that font's name. */
export async function systemFonts(page: Page): Promise<string[]> {
  const session = await page.context().newCDPSession(page);
  try {
    await session.send('DOM.enable');
    await session.send('CSS.enable');
    const { root } = await session.send('DOM.getDocument', { depth: 1 });
    const { nodeIds } = await session.send('DOM.querySelectorAll', {
      nodeId: root.nodeId,
      selector: 'body :not([lang="ug"])',
    });
    const used = await Promise.all(
      nodeIds.map(async (nodeId) => {
        const { fonts } = await session.send('CSS.getPlatformFontsForNode', { nodeId });
        return { nodeId, names: fonts.filter((font) => !font.isCustomFont).map((font) => font.familyName) };
      }),
    );
    const told: string[] = [];
    for (const { nodeId, names } of used.filter((one) => one.names.length > 0)) {
      const { outerHTML } = await session.send('DOM.getOuterHTML', { nodeId });
      told.push(`${names.join(', ')}: ${outerHTML.slice(0, 160)}`);
    }
    return told;
  } finally {
    await session.detach();
  }
}
