/**
 * The characters beyond screen-font.css, in slices that are loaded as they are needed. Loaded behind the start page:
 * three hundred faces take a slow board as long to register as the page takes to be laid out.
 */
import './common-font.css';
import '@fontsource/noto-sans-sc/400.css';
import '@fontsource/noto-sans-sc/700.css';
import 'hanamin/HanaMin.css';
