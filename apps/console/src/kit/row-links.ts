import { createContext, useContext } from 'react'

/** Whether a part of the page is in a row of a list. */
export const InRow = createContext(false)

/** The place of a link in the order of Tab: a list is one stop, and its keys reach the links in its rows. */
export function useLinkTabIndex(): -1 | undefined {
  return useContext(InRow) ? -1 : undefined
}
