// The theme of the system, or the one that was chosen. A plain script in the head, so that no page flashes in the wrong colors.
(() => {
  const names = ['system', 'light', 'dark'];
  const icons = { system: '#i-auto', light: '#i-light', dark: '#i-dark' };
  const stored = () => { try { return localStorage.getItem('theme'); } catch { return null; } };
  let theme = names.includes(stored()) ? stored() : 'system';

  function apply() {
    if (theme === 'system') delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = theme;
  }

  function name(button) {
    const label = `Theme: ${theme}`;
    button.setAttribute('aria-label', label);
    button.title = label;
    button.querySelector('use').setAttribute('href', icons[theme]);
  }

  apply();
  document.addEventListener('DOMContentLoaded', () => {
    const button = document.getElementById('theme');
    name(button);
    button.addEventListener('click', () => {
      theme = names[(names.indexOf(theme) + 1) % names.length];
      // Private windows may refuse to store; the choice then lasts as long as the page.
      try { localStorage.setItem('theme', theme); } catch { /* see above */ }
      apply();
      name(button);
    });
  });
})();
