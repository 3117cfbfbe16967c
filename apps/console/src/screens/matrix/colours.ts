import { type CellKind, cellKinds } from './cells.ts'
import { forcedColours, kindColours } from './shapes.ts'

/** Colours of the theme in the form that a canvas accepts. */
export interface Colours {
  readonly kinds: Readonly<Record<CellKind, string>>
  readonly paper: string
  readonly line: string
  readonly ink: string
  readonly focus: string
  /** Five colours; further roles repeat them, and their letters distinguish them. */
  readonly roles: readonly string[]
}

/** Reads the colours from an element of the page, where the browser has resolved `light-dark()`. */
export function readColours(element: HTMLElement): Colours {
  const isForced = matchMedia('(forced-colors: active)').matches
  const kept = element.style.color
  const of = (name: string, forced: string) => {
    element.style.color = isForced ? forced : `var(${name})`
    return getComputedStyle(element).color
  }
  const kinds = Object.fromEntries(cellKinds.map((kind) => [kind, of(kindColours[kind], forcedColours[kind])]))
  const colours = {
    kinds: kinds as Colours['kinds'],
    paper: of('--paper', 'Canvas'),
    line: of('--line', 'GrayText'),
    ink: of('--ink', 'CanvasText'),
    focus: of('--focus', 'Highlight'),
    roles: [1, 2, 3, 4, 5].map((role) => of(`--role-${role}`, 'CanvasText')),
  }
  element.style.color = kept
  return colours
}

/** Calls `changed` when the system or the page changes the theme. */
export function watchColours(changed: () => void): () => void {
  const media = ['(prefers-color-scheme: dark)', '(forced-colors: active)'].map((query) => matchMedia(query))
  for (const one of media) one.addEventListener('change', changed)
  const observer = new MutationObserver(changed)
  observer.observe(document.documentElement, { attributeFilter: ['data-theme'] })
  return () => {
    for (const one of media) one.removeEventListener('change', changed)
    observer.disconnect()
  }
}

/** Red, green and blue of a colour as the browser writes it, 0 to 255. */
export function bytesOfColour(colour: string): readonly [number, number, number] {
  const [red = 0, green = 0, blue = 0] = (colour.match(/[\d.]+/g) ?? []).map(Number)
  return [red, green, blue]
}
