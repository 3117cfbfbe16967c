import { Fragment, type ReactNode } from 'react'
import { language } from './language.ts'

const list = new Intl.ListFormat(language, { type: 'unit', style: 'short' })

/** Some names in a line, with the separators of the language between them: `Ada, Ben`. */
export function JoinedNames({
  names,
}: {
  readonly names: readonly { readonly key: string; readonly shown: ReactNode }[]
}) {
  let at = 0
  return list.formatToParts(names.map(({ key }) => key)).map(({ type, value }, place) => {
    if (type === 'literal')
      // biome-ignore lint/suspicious/noArrayIndexKey: only their place distinguishes the separators
      return <Fragment key={place}>{value}</Fragment>
    const name = names[at++]
    return name === undefined ? null : <Fragment key={name.key}>{name.shown}</Fragment>
  })
}
