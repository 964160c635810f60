/** Light or dark, as the notebook around us is: told by marks on the page, since a shadow root hides it from our CSS. */

/** JupyterLab and Notebook 7, VS Code, Colab, marimo and whoever uses a class; null: as the system. */
export function pageTheme(page: Document): 'light' | 'dark' | null {
  const { body, documentElement: html } = page;
  const jupyter = body.dataset['jpThemeLight'];
  if (jupyter !== undefined) return jupyter === 'true' ? 'light' : 'dark';
  const vscode = body.dataset['vscodeThemeKind'];
  if (vscode !== undefined) return vscode.includes('light') ? 'light' : 'dark';
  const named = html.getAttribute('theme') ?? body.dataset['theme'] ?? html.dataset['theme'];
  if (named === 'dark' || named === 'light') return named;
  for (const theme of ['dark', 'light'] as const)
    if (body.classList.contains(theme) || html.classList.contains(theme)) return theme;
  return null;
}

/** Keeps `data-theme` on `el` in step with the page, until the view ends. */
export function followTheme(el: HTMLElement, ended: AbortSignal): void {
  const page = el.ownerDocument;
  const apply = () => {
    const theme = pageTheme(page);
    if (theme === null) delete el.dataset['theme'];
    else el.dataset['theme'] = theme;
  };
  apply();
  const observer = new MutationObserver(apply);
  const options = {
    attributes: true,
    attributeFilter: ['class', 'theme', 'data-theme', 'data-jp-theme-light', 'data-vscode-theme-kind'],
  };
  observer.observe(page.documentElement, options);
  observer.observe(page.body, options);
  ended.addEventListener('abort', () => observer.disconnect());
}
