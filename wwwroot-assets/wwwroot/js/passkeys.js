// Asks the browser for a passkey when its form is sent, and sends the answer along.
(() => {
  'use strict';

  const toBytes = (text) => Uint8Array.from(atob(text.replace(/-/g, '+').replace(/_/g, '/')), (letter) => letter.charCodeAt(0));
  const toText = (buffer) =>
    btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '');
  const described = (credentials) => (credentials ?? []).map((credential) => ({ ...credential, id: toBytes(credential.id) }));

  async function create(options) {
    const made = await navigator.credentials.create({
      publicKey: {
        ...options,
        challenge: toBytes(options.challenge),
        user: { ...options.user, id: toBytes(options.user.id) },
        excludeCredentials: described(options.excludeCredentials),
      },
    });
    return answer(made, {
      attestationObject: toText(made.response.attestationObject),
      transports: made.response.getTransports?.() ?? [],
    });
  }

  async function get(options) {
    const found = await navigator.credentials.get({
      publicKey: { ...options, challenge: toBytes(options.challenge), allowCredentials: described(options.allowCredentials) },
    });
    return answer(found, {
      authenticatorData: toText(found.response.authenticatorData),
      signature: toText(found.response.signature),
      userHandle: found.response.userHandle ? toText(found.response.userHandle) : null,
    });
  }

  function answer(credential, response) {
    return JSON.stringify({
      id: credential.id,
      rawId: credential.id,
      type: credential.type,
      authenticatorAttachment: credential.authenticatorAttachment ?? null,
      clientExtensionResults: credential.getClientExtensionResults(),
      response: { clientDataJSON: toText(credential.response.clientDataJSON), ...response },
    });
  }

  for (const form of document.querySelectorAll('form[data-passkey]')) {
    if (!window.PublicKeyCredential || form.dataset.ready) {
      continue;
    }
    form.dataset.ready = 'true';
    form.hidden = false;
    const field = form.querySelector('[data-passkey-answer]');
    const said = form.querySelector('[data-passkey-said]');
    form.addEventListener('submit', async (event) => {
      if (field.value) {
        return;
      }
      event.preventDefault();
      said.textContent = 'Waiting for your device…';
      try {
        const options = JSON.parse(form.dataset.options);
        field.value = await (form.dataset.passkey === 'create' ? create(options) : get(options));
        form.requestSubmit();
      } catch (failure) {
        said.textContent =
          failure.name === 'InvalidStateError' ? 'This device has a passkey for you already.' : 'Nothing came from your device. Try again.';
      }
    });
  }
  if (!window.PublicKeyCredential) {
    for (const hint of document.querySelectorAll('[data-passkey-none]')) {
      hint.hidden = false;
    }
  }
})();
