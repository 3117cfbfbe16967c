/** The names of months in the languages in which headers are known, without marks on letters. */
const names: readonly (readonly string[])[] = [
  ['january', 'januar', 'janner', 'janvier', 'enero', 'gennaio', 'janeiro', 'januari'],
  ['february', 'februar', 'feber', 'fevrier', 'febrero', 'febbraio', 'fevereiro', 'februari'],
  ['march', 'marz', 'maerz', 'mrz', 'mars', 'marzo', 'marco', 'maart', 'mrt'],
  ['april', 'avril', 'abril', 'aprile'],
  ['may', 'mai', 'mayo', 'maggio', 'maio', 'mei'],
  ['june', 'juni', 'juin', 'junio', 'giugno', 'junho'],
  ['july', 'juli', 'juillet', 'julio', 'luglio', 'julho'],
  ['august', 'aout', 'agosto', 'augustus'],
  ['september', 'septembre', 'septiembre', 'setiembre', 'settembre', 'setembro'],
  ['october', 'oktober', 'octobre', 'octubre', 'ottobre', 'outubro'],
  ['november', 'novembre', 'noviembre', 'novembro'],
  ['december', 'dezember', 'decembre', 'diciembre', 'dicembre', 'dezembro'],
]

/** The number of a month by its name or its first letters, at least three; undefined for other words. */
export function monthNamed(word: string): number | undefined {
  const letters = word.normalize('NFD').replaceAll(/\p{M}/gu, '').toLowerCase()
  if (letters.length < 3) return undefined
  const months = names.flatMap((all, month) => (all.some((name) => name.startsWith(letters)) ? [month + 1] : []))
  // `jui` begins two of them.
  return months.length === 1 ? months[0] : undefined
}
