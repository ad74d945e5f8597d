import {part} from './elements.js';
import type {Form} from './form.js';

/**
 * Where the page is: the backend starts; nothing is given; images are read; they are there; it trains; it waits; there
 * is an encoder.
 */
export type State = 'opening' | 'empty' | 'reading' | 'set' | 'training' | 'paused' | 'ended';

/** Whether images may be given and settings changed: also while a backend starts, which then takes them. */
export const isOpen = (state: State): boolean => ['opening', 'empty', 'set', 'ended'].includes(state);

/** Says something where it is read out; `wrong` where something is. */
export function say(text: string, wrong = false): void {
  const status = part('status', HTMLElement);
  if (status.textContent === text) return;
  status.textContent = text;
  status.classList.toggle('wrong', wrong);
}

/** Has every control do what can be done now. */
export function show(state: State, form: Form): void {
  const button = (id: string): HTMLButtonElement => part(id, HTMLButtonElement);
  const runs = state === 'training' || state === 'paused';
  const focused = document.activeElement;
  button('start').disabled = state !== 'set' && state !== 'ended';
  button('start').hidden = runs;
  [button('pause').hidden, button('pause').disabled] = [!runs, false];
  button('pause').textContent = state === 'paused' ? 'Go on' : 'Pause';
  button('stop').hidden = !runs;
  button('save').disabled = state !== 'paused' && state !== 'ended';
  for (const id of ['sample', 'choose-folder']) button(id).disabled = !isOpen(state);
  for (const id of ['files', 'folder']) part(id, HTMLInputElement).disabled = !isOpen(state);
  document.querySelector('.drop')?.classList.toggle('off', !isOpen(state));
  form.enable(isOpen(state));
  // A button that goes away does not take the keyboard's place with it.
  if (focused === button('start') && runs) button('pause').focus();
  if ((focused === button('stop') || focused === button('pause')) && !runs) button('start').focus();
}
