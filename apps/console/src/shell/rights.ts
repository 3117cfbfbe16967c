import { type Right, sessionState } from './session.ts'
import { useStore } from './store.ts'

/** Whether who is signed in may do something. The services decide all the same; the page offers nothing that they refuse. */
export function useMay(right: Right): boolean {
  const state = useStore(sessionState)
  return (state.kind === 'signed-in' || state.kind === 'ended') && state.session.rights.includes(right)
}
