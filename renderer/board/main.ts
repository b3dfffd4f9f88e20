import '../fonts/screen-font.css';
import '../ui/tokens.css';
import './board.css';
import { createApp } from 'vue';
import { browserClock } from '../flow/browser-clock.ts';
import { whenIdle } from '../flow/when-idle.ts';
import BoardApp from './BoardApp.vue';

createApp(BoardApp).mount('#app');
// For what a district writes in names and notices, and the first font has not.
whenIdle(browserClock, () => void import('../fonts/slices.ts').catch(() => undefined));
