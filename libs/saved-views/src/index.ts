export { eraseFromViews } from './erase-person.ts'
export {
  changeView,
  createView,
  deleteView,
  listViews,
  type SavedView,
  type ViewPosition,
} from './saved-views.ts'
