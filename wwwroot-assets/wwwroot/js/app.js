// What the pages do in the browser by themselves: no inline handlers, one listener per kind of event, so that pages may come and go.
(() => {
  'use strict';

  const root = document.documentElement;
  const systemTheme = () => (matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light');

  // ---- Theme -------------------------------------------------------------------------------------------------------------------
  // The choice lives in a cookie, so that the server renders the right style sheets and nothing flashes. Choosing what the system
  // has anyway forgets the choice: from then on the panel follows the system again.
  function chooseTheme(theme) {
    const follow = theme === systemTheme();
    const secure = location.protocol === 'https:' ? '; Secure' : '';
    document.cookie = `hp-theme=${follow ? '' : theme}; Path=/; SameSite=Lax; Max-Age=${follow ? 0 : 31536000}${secure}`;
    if (follow) {
      root.removeAttribute('data-theme');
    } else {
      root.setAttribute('data-theme', theme);
    }
    for (const sheet of document.querySelectorAll('link[data-theme-sheet]')) {
      const own = sheet.dataset.themeSheet;
      sheet.media = follow ? `(prefers-color-scheme: ${own})` : own === theme ? 'all' : 'not all';
    }
  }

  // ---- Clipboard ---------------------------------------------------------------------------------------------------------------
  // navigator.clipboard exists only over TLS and on localhost; a panel that is tried by plain HTTP copies the old way.
  async function copy(text) {
    if (navigator.clipboard && isSecureContext) {
      await navigator.clipboard.writeText(text);
      return;
    }
    const area = document.createElement('textarea');
    area.value = text;
    area.setAttribute('readonly', '');
    area.className = 'visually-hidden';
    document.body.append(area);
    area.select();
    const done = document.execCommand('copy');
    area.remove();
    if (!done) {
      throw new Error('The browser refused to copy.');
    }
  }

  async function onCopy(button) {
    let said = 'Copied';
    try {
      await copy(button.dataset.copy);
    } catch {
      said = 'Select the text and copy it by hand';
    }
    button.dataset.said = said;
    const status = button.querySelector('[role=status]');
    if (status) {
      status.textContent = said;
    }
    setTimeout(() => {
      delete button.dataset.said;
      if (status) {
        status.textContent = '';
      }
    }, 2500);
  }

  document.addEventListener('click', (event) => {
    const target = event.target instanceof Element ? event.target : null;
    if (target?.closest('[data-theme-toggle]')) {
      chooseTheme((root.getAttribute('data-theme') ?? systemTheme()) === 'dark' ? 'light' : 'dark');
    }
    const copyButton = target?.closest('button[data-copy]');
    if (copyButton) {
      onCopy(copyButton);
    }
    const nav = document.getElementById('navigation');
    if (nav) {
      // The drawer of narrow screens: opened by its button, closed by any other click outside, or by following a link in it.
      if (target?.closest('[data-nav-toggle]')) {
        setDrawer(!nav.classList.contains('open'));
      } else if (nav.classList.contains('open') && (!nav.contains(target) || target.closest('a'))) {
        setDrawer(false);
      }
    }
    for (const menu of document.querySelectorAll('details[data-menu][open]')) {
      if (!menu.contains(target)) {
        menu.open = false;
      }
    }
    if (target?.closest('[data-reload]')) {
      location.reload();
    }
    if (target?.closest('[data-reconnect]')) {
      reconnect();
    }
  });

  function setDrawer(open) {
    document.getElementById('navigation').classList.toggle('open', open);
    const button = document.querySelector('[data-nav-toggle]');
    button?.setAttribute('aria-expanded', String(open));
  }

  document.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape') {
      return;
    }
    if (document.getElementById('navigation')?.classList.contains('open')) {
      setDrawer(false);
      document.querySelector('[data-nav-toggle]')?.focus();
    }
    for (const menu of document.querySelectorAll('details[data-menu][open]')) {
      menu.open = false;
      menu.querySelector('summary')?.focus();
    }
  });

  document.addEventListener(
    'scroll',
    ({ target }) => {
      if (target instanceof Element && target.matches('.log')) {
        target.dataset.readsBack = String(target.scrollHeight - target.scrollTop - target.clientHeight > 48);
      }
    },
    { capture: true, passive: true },
  );

  // ---- Reconnecting ------------------------------------------------------------------------------------------------------------
  async function reconnect() {
    try {
      if (!(await Blazor.reconnect())) {
        location.reload();
      }
    } catch {
      // The server still does not answer; Blazor shows the same dialog again.
    }
  }

  const dialog = document.getElementById('components-reconnect-modal');
  if (dialog) {
    // A circuit that the server no longer knows can't be resumed: the page is loaded anew, as every state worth keeping is in its URL.
    new MutationObserver(() => {
      if (dialog.classList.contains('components-reconnect-rejected')) {
        location.reload();
      }
    }).observe(dialog, { attributes: true, attributeFilter: ['class'] });
  }

  // ---- Called by components ----------------------------------------------------------------------------------------------------
  window.hostingPanel = {
    /** Names the page that the circuit shows; from the first time on the page is live, which tests wait for. */
    showPage: (title) => {
      document.title = title;
      root.dataset.live = 'true';
    },

    /** Puts the focus on the first field of a form that was refused. */
    focusFirstFault: (id) => document.getElementById(id)?.querySelector('[aria-invalid=true], .form-problem')?.focus(),

    /** Keeps the newest line of a log in view, unless the reader has scrolled up. */
    scrollLog: (id) => {
      const log = document.getElementById(id);
      if (log && log.dataset.readsBack !== 'true') {
        log.scrollTop = log.scrollHeight;
      }
    },
  };
})();
