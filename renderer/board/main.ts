import '../fonts/screen-font.css';
import '../ui/tokens.css';
import './board.css';
import { createApp } from 'vue';
import BoardApp from './BoardApp.vue';

createApp(BoardApp).mount('#app');
