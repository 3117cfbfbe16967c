import { Fragment, type ReactNode } from 'react'
import { type PlaceIn, partsOfText } from './places.ts'

interface Props<Text extends string> {
  readonly text: Text
  /** What stands in the places of the text, by their names. */
  readonly with: Readonly<Record<PlaceIn<Text>, ReactNode>>
}

/**
 * A whole sentence of the texts with links, names and marks in it. The sentence says where each of them stands, so that another
 * language can have its own order.
 */
export function Filled<Text extends string>({ text, with: values }: Props<Text>) {
  const shown = (place: string) => (values as Readonly<Record<string, ReactNode>>)[place]
  return partsOfText(text).map(({ words, place }, at) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: the parts of a sentence are told apart by their place alone
    <Fragment key={at}>{place === undefined ? words : shown(place)}</Fragment>
  ))
}
