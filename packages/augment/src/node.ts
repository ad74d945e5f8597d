export {contactSheet, type ContactSheetOptions} from './node/contact-sheet.js';
