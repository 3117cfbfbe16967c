import { Fragment, type ReactNode } from 'react'
import { type PlaceIn, partsOfText } from './places.ts'

interface Props<Text extends string> {
  readonly text: Text
  /** The contents of the placeholders in the text, by name. */
  readonly with: Readonly<Record<PlaceIn<Text>, ReactNode>>
}

/**
 * A whole sentence with links, names and marks in it. Placeholders in the text say where each of them is, so that another
 * language can have its own order.
 */
export function Filled<Text extends string>({ text, with: values }: Props<Text>) {
  const shown = (place: string) => (values as Readonly<Record<string, ReactNode>>)[place]
  return partsOfText(text).map(({ words, place }, at) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: only their place distinguishes the parts of a sentence
    <Fragment key={at}>{place === undefined ? words : shown(place)}</Fragment>
  ))
}
