/** Names that are difficult to display. */
export const hardNames = [
  // Names of the maximum length, with and without places to break.
  `Access${' to the archive of everything'.repeat(9)}`.slice(0, 256),
  'Archivzugriffsberechtigung'.repeat(10).slice(0, 256),
  'المالية والمحاسبة – صلاحيات القراءة والكتابة',
  '<img src=x onerror="document.title=`harmed`"><script>document.title="harmed"</script>',
  '"><b>bold?</b>&amp;&#x41;',
  '\u202Egnp.tpircs',
] as const

/** The name at a place in a list: difficult names in turn, with plain names between them. */
export function nameAt(place: number, plain: string): string {
  return place % 2 === 0 ? `${plain} ${place + 1}` : (hardNames[((place - 1) / 2) % hardNames.length] ?? plain)
}
