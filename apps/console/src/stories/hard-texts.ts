/** Names that are hard on a page. */
export const hardNames = [
  // As long as a name may be, with and without places to break.
  `Access${' to the archive of everything'.repeat(9)}`.slice(0, 256),
  'Archivzugriffsberechtigung'.repeat(10).slice(0, 256),
  'المالية والمحاسبة – صلاحيات القراءة والكتابة',
  '<img src=x onerror="document.title=`harmed`"><script>document.title="harmed"</script>',
  '"><b>bold?</b>&amp;&#x41;',
  '\u202Egnp.tpircs',
] as const

/** One of them after the other, with plain names between. */
export function nameAt(place: number, plain: string): string {
  return place % 2 === 0 ? `${plain} ${place + 1}` : (hardNames[((place - 1) / 2) % hardNames.length] ?? plain)
}
