import { type Right, type Session, sessionState } from './session.ts'
import { useStore } from './store.ts'

/** Who is signed in, or was until the session ended. */
export function useSession(): Session | undefined {
  const state = useStore(sessionState)
  return state.kind === 'signed-in' || state.kind === 'ended' ? state.session : undefined
}

/** Whether who is signed in may do something. The services decide all the same; the page offers nothing that they refuse. */
export function useMay(right: Right): boolean {
  return useSession()?.rights.includes(right) ?? false
}

/** Whether who is signed in may do something that concerns everybody: whoever sees some people only may not. */
export function useMayForEverybody(right: Right): boolean {
  const may = useMay(right)
  const session = useSession()
  return may && session?.isBounded === false
}
