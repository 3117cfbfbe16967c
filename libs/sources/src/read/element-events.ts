/** The parts of an XML document, by local names. */
export interface ElementEvents {
  open(name: string, attributes: Readonly<Record<string, string>>): void
  text(text: string): void
  close(): void
}
