/** The id of a source that a file suggests: `HR export (3).xlsx` is `hr-export-3`. */
export function sourceIdOf(fileName: string): string {
  const base = fileName.split(/[/\\]/).at(-1) ?? fileName
  const id = base
    .replace(/(\.[a-z0-9]{1,8})+$/i, '')
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 64)
  return id === '' || id === 'native' ? 'files' : id
}

export function isSourceId(id: string): boolean {
  return /^[a-z0-9][a-z0-9._-]{0,63}$/.test(id) && id !== 'native'
}
